import { describe, expect } from 'vitest';
import { becomes, runs } from '../../support/processes.ts';
import { type TestApi, test } from '../../support/test-api.ts';

const WEB = { session: 'default', job: 'web' };
const OK = { ok: true };

async function load(api: TestApi, more: object = {}): Promise<void> {
  await api.supervisor.load('default', { name: 'web', cmd: 'sleep 1000', os_env: true, ...more });
}

async function post(api: TestApi, path: string): Promise<readonly [number, unknown]> {
  const { status, json } = await api.ask('POST', `/processes/${path}`);
  return [status, json];
}

/** What is asked of a job web with the process 1, and how it is refused. */
const REFUSED = [
  ['web/_add/x', 400, 'bad_value'],
  ['web/_add/-1', 400, 'bad_value'],
  ['web/_add/1.5', 400, 'bad_value'],
  ['web/_add/9999999', 400, 'bad_value'],
  ['web/_add/10000', 400, 'bad_value'],
  ['web/_signal/BOGUS', 400, 'bad_value'],
  ['web/_signal/0', 400, 'bad_value'],
  ['1/_signal/999', 400, 'bad_value'],
  ['1/_start', 400, 'bad_value'],
  ['1/_add', 400, 'bad_value'],
  ['nobody/_start', 404, 'not_found'],
  ['nobody/_stop', 404, 'not_found'],
  ['nobody/_restart', 404, 'not_found'],
  ['nobody/_add/1', 404, 'not_found'],
  ['nobody/_signal/1', 404, 'not_found'],
  ['99/_stop', 404, 'not_found'],
  ['99/_restart', 404, 'not_found'],
  ['99/_signal/1', 404, 'not_found'],
] as const;

describe('an action of 0.4', () => {
  test('starts and stops a job, and starts it again', async ({ api }) => {
    await load(api, { start: false, numprocesses: 2 });
    expect(await post(api, 'web/_start')).toEqual([200, OK]);
    expect((await api.ask('GET', '/processes/web/_pids')).json).toEqual({ ok: true, pids: [1, 2] });
    expect(await post(api, 'web/_stop?wait=true')).toEqual([200, OK]);
    expect((await api.ask('GET', '/processes/web/_pids')).json).toEqual({ ok: true, pids: [] });
    expect(await post(api, 'web/_start')).toEqual([200, OK]);
    expect((await api.ask('GET', '/processes/web/_pids')).json).toEqual({ ok: true, pids: [3, 4] });
  });

  test('restarts a job, or one process', async ({ api }) => {
    await load(api, { numprocesses: 2 });
    expect(await post(api, 'web/_restart?wait=true')).toEqual([200, OK]);
    expect(await api.supervisor.pids(WEB)).toEqual([3, 4]);
    expect(await post(api, '3/_restart?wait=true')).toEqual([200, OK]);
    expect(await api.supervisor.pids(WEB)).toEqual(expect.arrayContaining([4, 5]));
  });

  test('stops one process, which is replaced', async ({ api }) => {
    await load(api);
    expect(await post(api, '1/_stop?wait=true')).toEqual([200, OK]);
    expect(await api.supervisor.pids(WEB)).toEqual([2]);
  });

  test('answers before what has to end is gone, unless it is asked to wait', async ({ api }) => {
    await load(api, {
      cmd: 'sh -c',
      args: ['trap "" TERM; echo ready; while :; do sleep 0.05; done'],
      redirect_output: ['out'],
      graceful_timeout: 30,
    });
    const stream = await api.supervisor.stream(1, 'out', 0);
    await new Promise<void>((resolve) => stream.onData(() => resolve()));
    expect(await post(api, 'web/_stop')).toEqual([200, OK]);
    expect(runs((await api.supervisor.processInfo(1)).os_pid)).toBe(true);
    api.supervisor.killAll();
  });

  test.for([
    ['_add', 3],
    ['_add/1', 3],
    ['_add/3', 5],
    ['_add/0', 2],
    ['_sub', 1],
    ['_sub/2', 0],
    ['_sub/9', 0],
  ] as const)('changes how many there are: %s', async ([action, numprocesses], { api }) => {
    await load(api, { numprocesses: 2 });
    expect(await post(api, `web/${action}`)).toEqual([200, { ok: true, numprocesses }]);
    expect((await api.supervisor.jobInfo(WEB)).max_processes).toBe(numprocesses);
  });

  test.for(['1', 'HUP', 'SIGHUP', 'hup', 'Signals.SIGHUP'])('sends a signal to all processes, or to one: %s', async (signal, { api }) => {
    await load(api, { numprocesses: 2, on_exit: 'ignore' });
    const ended: unknown[] = [];
    api.supervisor.onEvent((event) => event.type === 'exit' && ended.push([event.process.pid, event.exit]));
    expect(await post(api, `1/_signal/${signal}`)).toEqual([200, OK]);
    expect(await becomes(() => ended.length === 1, 10_000)).toBe(true);
    expect(await post(api, `web/_signal/${signal}`)).toEqual([200, OK]);
    expect(await becomes(() => ended.length === 2, 10_000)).toBe(true);
    expect(ended).toEqual([
      [1, { kind: 'signal', signal: 'SIGHUP' }],
      [2, { kind: 'signal', signal: 'SIGHUP' }],
    ]);
  });

  test('is refused where it can not be done, and nothing is changed', async ({ api }) => {
    await load(api);
    for (const [path, status, error] of REFUSED) {
      const refused = expect.objectContaining({ error, errno: status, reason: expect.any(String) as string }) as object;
      expect([path, ...(await post(api, path))]).toEqual([path, status, refused]);
    }
    expect(await api.supervisor.jobInfo(WEB)).toMatchObject({ state: 'started', processes: [1], max_processes: 1 });
  });

  test('tells pids of no process', async ({ api }) => {
    await load(api);
    expect((await api.ask('GET', '/processes/1/_pids')).json).toMatchObject({ error: 'bad_value' });
    expect((await api.ask('GET', '/processes/nobody/_pids')).json).toMatchObject({ error: 'not_found' });
  });
});
