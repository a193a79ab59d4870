import { existsSync, linkSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test as plainTest } from 'vitest';
import type { Api } from '../../src/api/server.ts';
import type { Endpoint } from '../../src/daemon/config/endpoints.ts';
import { Listeners } from '../../src/daemon/listeners.ts';
import { becomes } from '../support/processes.ts';

/** Sockets in a folder of their own, and an API that answers when it is told to. */
class ListenerRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'gafferd-listeners-'));
  readonly problems: string[] = [];
  answer: (() => void) | undefined;
  readonly api: Api = {
    handle: (asked, response) => {
      if (asked.url === '/wait') {
        this.answer = () => response.end('answered');
      } else {
        response.end('answered');
      }
    },
    upgrade: (_asked, socket) => void socket.destroy(),
    close: () => Promise.resolve(),
  };

  endpoint(name: string, backlog = 8): Endpoint {
    return { address: { kind: 'unix', path: join(this.folder, name) }, backlog, tls: undefined };
  }

  async change(listeners: Listeners, ...endpoints: readonly Endpoint[]): Promise<void> {
    await listeners.change(endpoints, { onProblem: (message) => this.problems.push(message.replaceAll(this.folder, '.')) });
  }

  ask(name: string, path = '/'): Promise<string> {
    return new Promise((resolve, reject) => {
      const asked = request({ socketPath: join(this.folder, name), path, agent: false }, (answer) => {
        answer.on('data', (chunk: Buffer) => resolve(chunk.toString()));
      });
      asked.on('error', reject);
      asked.end();
    });
  }
}

const test = plainTest.extend<{ rig: ListenerRig }>({
  rig: async ({ task: _ }, use) => {
    const rig = new ListenerRig();
    await use(rig);
    rmSync(rig.folder, { recursive: true, force: true });
  },
});

describe('listeners', () => {
  test('are opened all or none', async ({ rig }) => {
    const endpoints = [rig.endpoint('a'), rig.endpoint('nowhere/b')];
    await expect(Listeners.open(endpoints, { api: rig.api })).rejects.toMatchObject({
      code: 'io_failed',
      message: expect.stringContaining('no such folder') as string,
    });
    expect(existsSync(join(rig.folder, 'a'))).toBe(false);
  });

  test("are this user's alone, whatever the umask is, which stays as it was", async ({ rig }) => {
    const before = process.umask(0);
    const listeners = await Listeners.open([rig.endpoint('a')], { api: rig.api });
    expect(process.umask(before)).toBe(0);
    expect(statSync(join(rig.folder, 'a')).mode & 0o777).toBe(0o600);
    await listeners.close(0);
  });

  test('that stay are not let go of, and one that leaves answers what has begun', async ({ rig }) => {
    const listeners = await Listeners.open([rig.endpoint('stays'), rig.endpoint('leaves')], { api: rig.api });
    const { ino } = statSync(join(rig.folder, 'stays'));
    const answer = rig.ask('leaves', '/wait');
    expect(await becomes(() => rig.answer !== undefined, 10_000)).toBe(true);
    await rig.change(listeners, rig.endpoint('stays'), rig.endpoint('comes'));
    expect(statSync(join(rig.folder, 'stays')).ino).toBe(ino);
    expect([await rig.ask('stays'), await rig.ask('comes')]).toEqual(['answered', 'answered']);
    await expect(rig.ask('leaves')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(listeners.urls).toEqual([`unix://${rig.folder}/stays`, `unix://${rig.folder}/comes`]);
    rig.answer?.();
    expect(await answer).toBe('answered');
    await listeners.close(0);
    expect(rig.problems).toEqual([]);
  });

  test('that cannot be opened are told of and tried again, and the others stay', async ({ rig }) => {
    const listeners = await Listeners.open([rig.endpoint('a')], { api: rig.api });
    await rig.change(listeners, rig.endpoint('a', 9), rig.endpoint('nowhere/b'));
    expect(rig.problems).toEqual([
      'the backlog of unix://./a stays as it was: to change it gafferd has to be started anew',
      'cannot listen on unix:./nowhere/b: there is no such folder; make it, or name another address with --bind',
    ]);
    expect(await rig.ask('a')).toBe('answered');
    await rig.change(listeners, rig.endpoint('a'), rig.endpoint('b'));
    expect(await rig.ask('b')).toBe('answered');
    await listeners.close(0);
  });

  test('that are left to a successor leave the file of their socket, and answer who is there', async ({ rig }) => {
    const listeners = await Listeners.open([rig.endpoint('kept'), rig.endpoint('given-up')], { api: rig.api });
    expect(listeners.sockets.map(({ address, fd }) => [address.replaceAll(rig.folder, '.'), fd > 2])).toEqual([
      ['unix:./kept', true],
      ['unix:./given-up', true],
    ]);
    const { ino } = statSync(join(rig.folder, 'kept'));
    const answer = rig.ask('kept', '/wait');
    expect(await becomes(() => rig.answer !== undefined, 10_000)).toBe(true);
    await listeners.leave([`unix:${rig.folder}/kept`]);
    rig.answer?.();
    expect(await answer).toBe('answered');
    await listeners.close(0);
    expect(readdirSync(rig.folder)).toEqual(['kept']);
    expect(statSync(join(rig.folder, 'kept')).ino).toBe(ino);
  });

  test('bring back the name of a socket whose owner was killed while he left it', async ({ rig }) => {
    const path = join(rig.folder, 'a');
    const left = await Listeners.open([rig.endpoint('a')], { api: rig.api });
    linkSync(path, `${path}.gafferd-kept`);
    await left.close(0);
    expect(readdirSync(rig.folder)).toEqual(['a.gafferd-kept']);
    const listeners = await Listeners.open([rig.endpoint('a')], { api: rig.api });
    expect(readdirSync(rig.folder)).toEqual(['a']);
    expect(await rig.ask('a')).toBe('answered');
    await listeners.close(0);
  });
});
