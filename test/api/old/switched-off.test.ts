import { describe, expect, it } from 'vitest';
import { isOldPath } from '../../../src/api/old/old-paths.ts';
import { allOperations } from '../../../src/api/operations.ts';
import { openLockedApi } from '../../support/test-accounts.ts';
import { openApi, test } from '../../support/test-api.ts';

/** Every operation of the paths that 0.4 had and 0.5 had not. */
const OLD = Object.entries(allOperations({ version: '' })).flatMap(([path, methods]) =>
  isOldPath(path) ? Object.keys(methods).map((method) => [method, path.replaceAll(/:\w+/g, 'web')] as const) : [],
);

const GONE = {
  error: 404,
  errno: 404,
  reason: 'not_found',
  message: expect.stringMatching(/0\.4.*switched off.*old_api = on/) as string,
};

describe('the paths of 0.4', () => {
  it('are processes, status, groups, stats and watch, and not those that are of today too', () => {
    expect([...new Set(OLD.map(([, path]) => path.split('/')[1]))].sort()).toEqual(['groups', 'processes', 'stats', 'status', 'watch']);
    for (const path of ['/streams/1/out', '/wstreams/1', '/statistics', '/jobs/default/stats', '/1/stats', '/', '/processesX']) {
      expect([path, isOldPath(path)]).toEqual([path, false]);
    }
  });

  it('are not there when they are switched off, whoever asks and however', async () => {
    const api = await openApi({ oldApi: false });
    await api.supervisor.load('default', { name: 'web', cmd: 'sleep 1000', os_env: true });
    for (const [method, path] of OLD) {
      for (const asked of [method, 'OPTIONS', 'PUT']) {
        const { status, json, headers } = await api.ask(asked, path, { body: '{}' });
        expect([asked, path, status, json, headers['allow']]).toEqual([asked, path, 404, GONE, undefined]);
      }
    }
    for (const path of ['/processes/web/_bogus', '/groups/', '/%70rocesses', '/pro%63esses/web', '/watch?feed=eventsource']) {
      const { status } = await api.ask('GET', path);
      expect([path, status]).toEqual([path, 404]);
    }
    expect((await api.ask('HEAD', '/processes')).status).toBe(404);
    expect((await api.supervisor.jobInfo({ session: 'default', job: 'web' })).processes).toEqual([1]);
  });

  it('are as if there were none for who has no key, too', async () => {
    const { api } = await openLockedApi({ oldApi: false });
    api.key = undefined;
    expect([(await api.ask('GET', '/processes')).status, (await api.ask('GET', '/jobs')).status]).toEqual([404, 401]);
  });

  it('are described while they are served only', async () => {
    const options = { oldApi: true };
    const api = await openApi({
      get oldApi() {
        return options.oldApi;
      },
    });
    const described = async (): Promise<readonly string[]> => Object.keys(((await api.ask('GET', '/openapi.json')).json as { paths: object }).paths);
    const all = await described();
    expect(all.filter(isOldPath)).toHaveLength(new Set(OLD.map(([, path]) => path)).size);
    options.oldApi = false;
    expect(await described()).toEqual(all.filter((path) => !isOldPath(path)));
    expect((await api.ask('GET', '/groups')).status).toBe(404);
    options.oldApi = true;
    expect(await described()).toEqual(all);
    expect((await api.ask('GET', '/groups')).status).toBe(200);
  });

  test('are served unless somebody says otherwise', async ({ api }) => {
    expect((await api.ask('GET', '/processes')).status).toBe(200);
  });
});
