import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { JobConfig } from '../../src/job/config.ts';
import { findUser, groupsOf, type User } from '../../src/supervisor/user-database.ts';
import { test as plainTest, TestNode } from '../support/test-node.ts';

const isRoot = process.geteuid?.() === 0;

/** Why the tests below are skipped elsewhere: only root can be somebody else. */
const asRoot = describe.runIf(isRoot && process.platform === 'linux');

const NOBODY = findUser('nobody') as User;
const DAEMON = findUser('daemon') as User;

/** Somebody whom a group names as its member, where the machine has one. */
const MEMBER = ['postgres', 'www-data', 'backup', 'games'].find((name) => groupsOf(name).length > 0);

const test = plainTest.extend<{ folder: string }>({
  folder: async ({ task: _ }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
    chmodSync(folder, 0o755);
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

/** What the kernel says of a process: ids (real, effective, saved, of files), groups, capabilities. */
interface Status {
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  readonly groups: readonly number[];
  readonly capabilities: Readonly<Record<string, string>>;
  readonly noNewPrivs: string;
}

function statusOf(text: string): Status {
  const field = (name: string): string => new RegExp(`^${name}:[\\t ]*(.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  const numbers = (name: string): number[] =>
    field(name)
      .split(/\s+/)
      .filter((part) => part !== '')
      .map(Number);
  const capabilities = Object.fromEntries(['CapInh', 'CapPrm', 'CapEff', 'CapAmb'].map((name) => [name, field(name)]));
  return { uids: numbers('Uid'), gids: numbers('Gid'), groups: numbers('Groups'), capabilities, noNewPrivs: field('NoNewPrivs') };
}

const NONE = '0000000000000000';
const NO_CAPABILITIES = { CapInh: NONE, CapPrm: NONE, CapEff: NONE, CapAmb: NONE };

/** Four times the same: nothing is left to go back to. */
function all(id: number): readonly number[] {
  return [id, id, id, id];
}

async function statusAs(node: TestNode, who: Partial<JobConfig>): Promise<Status> {
  const job = await node.load('job', 'cat /proc/self/status', { on_exit: 'ignore', ...who });
  return statusOf(await node.everything(job));
}

asRoot('a job with a user', () => {
  test.for<[string, Partial<JobConfig>, { uid: number; gid: number; groups: readonly number[] }]>([
    ['by name', { uid: 'nobody' }, { uid: NOBODY.id, gid: NOBODY.gid, groups: [NOBODY.gid] }],
    ['by number', { uid: NOBODY.id }, { uid: NOBODY.id, gid: NOBODY.gid, groups: [NOBODY.gid] }],
    ['by a number in a text', { uid: String(NOBODY.id) }, { uid: NOBODY.id, gid: NOBODY.gid, groups: [NOBODY.gid] }],
    ['and a group by name', { uid: 'nobody', gid: 'daemon' }, { uid: NOBODY.id, gid: DAEMON.gid, groups: [DAEMON.gid] }],
    ['and a group by number', { uid: 'nobody', gid: DAEMON.gid }, { uid: NOBODY.id, gid: DAEMON.gid, groups: [DAEMON.gid] }],
    ['that has no account', { uid: 4711, gid: 4712 }, { uid: 4711, gid: 4712, groups: [] }],
    ['in a shell', { uid: 'nobody', shell: true }, { uid: NOBODY.id, gid: NOBODY.gid, groups: [NOBODY.gid] }],
    [
      'with an environment that libraries read',
      { uid: 'nobody', env: { LD_BIND_NOW: '1' } },
      { uid: NOBODY.id, gid: NOBODY.gid, groups: [NOBODY.gid] },
    ],
  ])('%s is that user alone, without a way back', async ([, who, { uid, gid, groups }], { node }) => {
    const status = await statusAs(node, who);
    expect(status).toMatchObject({ uids: all(uid), gids: all(gid), capabilities: NO_CAPABILITIES, noNewPrivs: '0' });
    expect(status.groups.toSorted()).toEqual(groups.toSorted());
  });

  test.runIf(MEMBER !== undefined)('is in the groups that name the user', async ({ node }) => {
    const { groups, gids } = await statusAs(node, { uid: MEMBER ?? '' });
    expect(groups).toEqual([...new Set([gids[0] ?? 0, ...groupsOf(MEMBER ?? '')])].toSorted((a, b) => a - b));
    expect(groups.length).toBeGreaterThan(1);
  });

  test.runIf(MEMBER !== undefined)("is in those too, but not in the user's own, with another group", async ({ node }) => {
    const { groups, gids } = await statusAs(node, { uid: MEMBER ?? '', gid: 'nogroup' });
    expect(gids).toEqual(all(NOBODY.gid));
    expect(groups.toSorted()).toEqual([NOBODY.gid, ...groupsOf(MEMBER ?? '')].toSorted());
  });

  test('in a group alone is root in that group and in no other', async ({ node }) => {
    expect(await statusAs(node, { gid: 'daemon' })).toMatchObject({ uids: all(0), gids: all(DAEMON.gid), groups: [] });
  });

  test('is that user when it is committed, too', async ({ node }) => {
    const job = await node.load('job', 'cat /proc/self/status', { uid: 'nobody', start: false });
    await node.supervisor.commit(job, { env: { A: '1' } });
    await node.events.next('exit');
    expect(statusOf(await node.everything(job)).uids).toEqual(all(NOBODY.id));
  });

  test('that is root is in no group that the supervisor happens to be in', async ({ node }) => {
    const before = process.getgroups?.() ?? [];
    process.setgroups?.([...before, DAEMON.gid]);
    try {
      expect((await statusAs(node, { uid: 'root' })).groups).not.toContain(DAEMON.gid);
    } finally {
      process.setgroups?.(before);
    }
  });

  test.for([
    ['4294967296', 'of which 32 bits are those of root'],
    ['4294967295', 'which means "as it was" to the system'],
    ['no-such-user', 'whom nobody knows'],
    ['--reuid=0', 'which is an option'],
    ['x:x:0:0::/:/bin/sh\nx', 'which is a line of the file of users'],
  ])('%s, %s, is refused in words', async ([id = ''], { node }) => {
    await node.load('user', 'sleep 100', { uid: id, gid: 'daemon', on_exit: 'ignore' });
    await node.load('group', 'sleep 100', { uid: 'nobody', gid: id, on_exit: 'ignore' });
    for (const { exit } of await node.events.count('exit', 2)) {
      const reason = expect.stringMatching(/^[ug]id: expected a user or group of this machine, got /) as string;
      expect(exit).toEqual({ kind: 'not_started', reason, code: 126 });
    }
    expect(node.events.of('spawn')).toEqual([]);
  });

  test.for([4_294_967_295, 4_294_967_296, -1, 0.5])('%d is no number of a user', async (id, { node }) => {
    await expect(node.load('job', 'sleep 100', { uid: id })).rejects.toThrow(/^uid: expected a name or a number from 0 to 4294967294/);
    await expect(node.load('job', 'sleep 100', { gid: id })).rejects.toThrow(/^gid: expected a name or a number from 0 to 4294967294/);
  });
});

asRoot('the environment of a job with a user', () => {
  async function environment(config: Partial<JobConfig>, osEnv: Record<string, string> = {}): Promise<Record<string, string>> {
    const node = new TestNode({ osEnv: { PATH: '/usr/bin:/bin', HOME: '/root', USER: 'root', LOGNAME: 'root', SHELL: '/bin/bash', ...osEnv } });
    const job = await node.load('job', 'env -0', { on_exit: 'ignore', ...config });
    const text = await node.everything(job);
    await node.close();
    return Object.fromEntries(
      text
        .split('\0')
        .filter((entry) => entry !== '')
        .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
    );
  }

  test('is that of the user, not of root', async () => {
    const { home, shell } = NOBODY;
    expect(await environment({ uid: 'nobody' })).toMatchObject({ HOME: home, USER: 'nobody', LOGNAME: 'nobody', SHELL: shell });
    expect(await environment({ uid: 4711, gid: 1 })).toMatchObject({ HOME: '/', USER: '4711', LOGNAME: '4711', SHELL: '/bin/sh' });
  });

  test('is what the job says where it says something', async () => {
    expect(await environment({ uid: 'nobody', env: { HOME: '/srv', X: '1' } })).toMatchObject({ HOME: '/srv', X: '1', USER: 'nobody' });
  });

  test('is as it was for a job without one, or with a group alone', async () => {
    expect(await environment({})).toMatchObject({ HOME: '/root', USER: 'root' });
    expect(await environment({ gid: 'daemon' })).toMatchObject({ HOME: '/root', USER: 'root' });
  });

  test('comes whole to the program, also what root must not load', async () => {
    const odd = {
      'a.b': 'c',
      ' ': 'blank',
      '-x': '1',
      LD_LIBRARY_PATH: "/no'such $(x)\nplace",
      LD_BIND_NOW: '',
      LANGUAGE: 'de',
      EMPTY: '',
      ü: '\u{1f600}',
    };
    expect(await environment({ uid: 'nobody', env: odd, os_env: false })).toEqual({
      ...odd,
      HOME: NOBODY.home,
      USER: 'nobody',
      LOGNAME: 'nobody',
      SHELL: NOBODY.shell,
      PS: 'job.1',
      GAFFER_RUN_ID: expect.any(String) as string,
    });
    expect(await environment({ uid: 'nobody' }, { LD_BIND_NOW: '1' })).toMatchObject({ LD_BIND_NOW: '1' });
  });
});

/** Makes a library that writes who it was loaded by; undefined where there is no compiler. */
function spyLibrary(folder: string): { readonly file: string; readonly log: string } | undefined {
  const [source, file, log] = [join(folder, 'spy.c'), join(folder, 'spy.so'), join(folder, 'spy.log')];
  writeFileSync(
    source,
    `#include <stdio.h>\n#include <unistd.h>\n__attribute__((constructor)) static void spy(void) { FILE *f = fopen("${log}", "a"); if (f) { fprintf(f, "%d\\n", (int)geteuid()); fclose(f); } }\n`,
  );
  writeFileSync(log, '');
  chmodSync(log, 0o666);
  return spawnSync('cc', ['-shared', '-fPIC', '-o', file, source]).status === 0 ? { file, log } : undefined;
}

asRoot('what a job could have root do', () => {
  test('is not to load its libraries', async ({ node, folder, skip }) => {
    const spy = spyLibrary(folder);
    if (spy === undefined) {
      skip('there is no C compiler');
      return;
    }
    const job = await node.load('job', `cat ${spy.log}`, { uid: 'nobody', env: { LD_PRELOAD: spy.file }, on_exit: 'ignore' });
    const loaders = new Set((await node.everything(job)).trim().split('\n'));
    expect([...loaders]).toEqual([String(NOBODY.id)]);
  });

  test('is not to execute a program of that name in its folder', async ({ folder }) => {
    writeFileSync(join(folder, 'setpriv'), '#!/bin/sh\nid -u\n', { mode: 0o755 });
    const node = new TestNode({ osEnv: { PATH: '.::/usr/bin:/bin' } });
    const job = await node.load('job', 'id -u', { uid: 'nobody', cwd: folder, env: { PATH: `${folder}:/usr/bin` }, on_exit: 'ignore' });
    expect((await node.everything(job)).trim()).toBe(String(NOBODY.id));
    await node.close();
  });

  test('is not to run it as itself when the change fails', async ({ folder }) => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'setpriv'), '#!/bin/sh\necho "setpriv: no" >&2\nexit 127\n', { mode: 0o755 });
    for (const name of ['sh', 'id', 'test']) {
      symlinkSync(`/usr/bin/${name}`, join(bin, name));
    }
    const node = new TestNode({ osEnv: { PATH: bin } });
    const job = await node.load('job', 'id -u', { uid: 'nobody', on_exit: 'ignore' });
    expect(await node.everything(job)).toBe('setpriv: no\n');
    expect((await node.events.next('exit')).exit).toEqual({ kind: 'code', code: 127 });
    await node.close();
  });
});

asRoot("a folder or program that is not the user's", () => {
  test('is refused in words', async ({ node, folder }) => {
    const secret = join(folder, 'secret');
    mkdirSync(secret, { mode: 0o700 });
    writeFileSync(join(secret, 'tool'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(folder, 'own'), '#!/bin/sh\n', { mode: 0o700 });
    symlinkSync(secret, join(folder, 'link'));
    const cases: [Partial<JobConfig> & { cmd: string }, string][] = [
      [{ cmd: 'sleep 1', cwd: secret }, `cannot run in ${secret}: nobody may not enter it`],
      [{ cmd: 'sleep 1', cwd: join(folder, 'link') }, `cannot run in ${join(folder, 'link')}: nobody may not enter it`],
      [{ cmd: join(secret, 'tool') }, `cannot execute ${join(secret, 'tool')}: nobody may not`],
      [{ cmd: './own', cwd: folder }, 'cannot execute ./own: nobody may not'],
      [{ cmd: 'sleep 1', cwd: join(folder, 'nowhere') }, `cannot run in ${join(folder, 'nowhere')}: no such folder`],
    ];
    for (const [index, [config, reason]] of cases.entries()) {
      await node.load(`job${index}`, config.cmd, { uid: 'nobody', on_exit: 'ignore', ...config });
      expect((await node.events.next('exit')).exit).toEqual({ kind: 'not_started', reason, code: 126 });
    }
    expect(node.events.of('spawn')).toEqual([]);
  });

  test('but open to a group of the user is not', async ({ node, folder }) => {
    const shared = join(folder, 'shared');
    mkdirSync(shared);
    spawnSync('chgrp', [String(DAEMON.gid), shared]);
    chmodSync(shared, 0o750);
    const job = await node.load('job', 'pwd', { uid: 'nobody', gid: 'daemon', cwd: shared, on_exit: 'ignore' });
    expect(await node.everything(job)).toBe(`${shared}\n`);
  });
});

asRoot('the streams of a job with a user', () => {
  test('are all open to it', async ({ node }) => {
    const script = 'read line; echo "got $line" > /dev/stdout; echo err > /proc/self/fd/2; echo side >&3; read back <&3; echo "back $back"';
    const job = await node.loadScript('job', script, {
      uid: 'nobody',
      redirect_output: ['out', 'err'],
      redirect_input: true,
      custom_streams: ['side'],
      on_exit: 'ignore',
    });
    const [input, side] = [await node.supervisor.stream(1, 'stdin'), await node.supervisor.stream(1, 'side')];
    await input.write(Buffer.from('in\n'));
    await side.write(Buffer.from('news\n'));
    expect(await node.everything(job, 'out')).toBe('got in\nback news\n');
    expect(await node.everything(job, 'err')).toBe('err\n');
    expect(node.log(job, 'side').text).toBe('side\n');
  });
});

describe.runIf(!isRoot)('without root', () => {
  test.for([{ uid: 0 }, { uid: 'root' }, { gid: 0 }, { uid: 'nobody' }])('%j is refused in words', async (who, { node }) => {
    await node.load('job', 'sleep 100', { ...who, on_exit: 'ignore' });
    expect((await node.events.next('exit')).exit).toMatchObject({
      kind: 'not_started',
      reason: expect.stringMatching(/^[ug]id: expected gaffer's own user, for only root/) as string,
    });
    expect(node.events.of('spawn')).toEqual([]);
  });
});
