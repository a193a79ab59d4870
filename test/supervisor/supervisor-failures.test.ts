import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test as plainTest } from 'vitest';
import type { JobConfig } from '../../src/job/config.ts';
import { named, TestNode, test } from '../support/test-node.ts';

const isRoot = process.geteuid?.() === 0;

const folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
writeFileSync(join(folder, 'text'), 'just text');
writeFileSync(join(folder, 'interpreter-missing'), '#!/no/such/interpreter\n', { mode: 0o755 });
symlinkSync(join(folder, 'loop'), join(folder, 'loop'));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));

describe('a process that cannot be started', () => {
  test.for<{ readonly case: string; readonly config: Partial<JobConfig>; readonly reason: string | RegExp; readonly code?: number }>([
    { case: 'there is no such command', config: { cmd: 'no-such-command' }, reason: 'command not found: no-such-command', code: 127 },
    { case: 'there is no such file', config: { cmd: './no-such-file' }, reason: 'command not found: ./no-such-file', code: 127 },
    { case: 'the file may not be executed', config: { cmd: `${folder}/text` }, reason: `cannot execute ${folder}/text: permission denied` },
    { case: 'the program is a folder', config: { cmd: folder }, reason: `cannot execute ${folder}: permission denied` },
    {
      case: 'its interpreter is missing',
      config: { cmd: `${folder}/interpreter-missing` },
      reason: `cannot execute ${folder}/interpreter-missing: the program that its first line names is missing`,
    },
    { case: 'its folder is missing', config: { cwd: '/no/such/folder' }, reason: 'cannot run in /no/such/folder: no such folder' },
    { case: 'its folder is a file', config: { cwd: `${folder}/text` }, reason: `cannot run in ${folder}/text: no such folder` },
    { case: 'its folder leads nowhere', config: { cwd: `${folder}/loop` }, reason: `cannot run in ${folder}/loop: no such folder` },
    { case: 'its folder has a name that is too long', config: { cwd: `/${'x'.repeat(5000)}` }, reason: /^cannot run in \/x+: no such folder$/ },
    { case: 'a variable is not set', config: { cmd: 'sleep $NO_SUCH_VARIABLE' }, reason: /^variable NO_SUCH_VARIABLE is not set/ },
    { case: 'there is no such user', config: { uid: 'no-such-user' }, reason: /^uid: expected a user or group of this machine, got "no-such-user"/ },
    { case: 'there is no such group', config: { gid: 'no-such-group' }, reason: /^gid: expected a user or group of this machine/ },
    {
      case: 'the arguments are too long',
      config: { args: Array.from({ length: 40 }, () => 'x'.repeat(100_000)) },
      reason: 'cannot execute sleep: arguments and environment are too long',
    },
  ])('because $case says why', async ({ config, reason, code = 126 }, { node }) => {
    const job = await node.load('job', 'sleep 100', {
      redirect_output: ['out', 'err'],
      redirect_input: true,
      custom_streams: ['side'],
      flapping: { attempts: 1 },
      ...config,
    });
    const { exit, process, requested } = await node.events.next('exit');
    const expected = typeof reason === 'string' ? reason : (expect.stringMatching(reason) as string);
    expect(exit).toEqual({ kind: 'not_started', reason: expected, code });
    expect({ process, requested }).toMatchObject({ process: { pid: 1, osPid: 0, slot: 1 }, requested: false });
    await node.events.next('flap');
    expect(node.events.of('spawn')).toEqual([]);
    expect(await node.supervisor.jobInfo(job)).toMatchObject({ state: 'paused', running: 0 });
    await Promise.all(node.outputs.map(({ end }) => end));
  });

  test('is no process that could be asked or stopped afterwards', async ({ node }) => {
    const job = await node.load('job', 'no-such-command', { on_exit: 'ignore' });
    await node.events.next('done');
    await expect(node.supervisor.processInfo(1)).rejects.toMatchObject({ code: 'process_not_found' });
    await node.supervisor.stop(job);
    expect(node.supervisor.isIdle).toBe(true);
  });

  test('does not start a successor when it is stopped before it is told of', async ({ node }) => {
    const loaded = node.load('job', 'no-such-command', { flapping: false });
    await loaded;
    await node.supervisor.stop(named('job'));
    expect(node.supervisor.isIdle).toBe(true);
    await node.events.next('exit');
    expect(node.events.of('exit')).toMatchObject([{ requested: true }]);
  });

  test('as a committed one is told of as well, and has a pid', async ({ node }) => {
    const job = await node.load('job', 'no-such-command', { start: false });
    expect(await node.supervisor.commit(job)).toBe(1);
    expect(await node.events.next('exit')).toMatchObject({ exit: { kind: 'not_started' }, process: { pid: 1, committed: true } });
    expect(node.supervisor.isIdle).toBe(true);
  });

  test.runIf(!isRoot)('because it would be somebody else says why', async ({ node }) => {
    await node.load('job', 'sleep 100', { uid: 0, gid: 0, on_exit: 'ignore' });
    expect(await node.events.next('exit')).toMatchObject({
      exit: { kind: 'not_started', reason: expect.stringMatching(/^uid: expected gaffer's own user, for only root/) as string },
    });
  });
});

describe('a job that is given up', () => {
  test('tells the end of what it has written', async ({ node }) => {
    await node.loadScript('job', 'echo to out; echo to err >&2; exit 1', {
      redirect_output: ['out', 'err'],
      flapping: { attempts: 1, max_retry: 0 },
    });
    expect(Buffer.from((await node.events.next('give_up')).tail).toString()).toBe('to err\n');
  });

  test('tells what it has written to its first output, if there is nothing else', async ({ node }) => {
    await node.loadScript('job', 'echo to out; exit 1', { redirect_output: ['out', 'err'], flapping: { attempts: 1, max_retry: 0 } });
    expect(Buffer.from((await node.events.next('give_up')).tail).toString()).toBe('to out\n');
  });

  test('tells nothing where it has written nothing', async ({ node }) => {
    await node.load('job', 'false', { redirect_output: null, flapping: { attempts: 1, max_retry: 0 } });
    expect((await node.events.next('give_up')).tail).toHaveLength(0);
  });
});

describe.runIf(isRoot)('another user', () => {
  const words = (script: string): Partial<JobConfig> & { readonly cmd: string } => ({ cmd: script, shell: true, on_exit: 'ignore' });

  test("is who the process runs as, with that user's groups and no other", async ({ node }) => {
    const job = await node.load('job', '', { ...words('id -u; id -g; id -G'), uid: 'nobody' });
    const expected = await node.load('expected', '', words('id -u nobody; id -g nobody; id -G nobody'));
    expect(await node.everything(job)).toBe(await node.everything(expected));
    expect((await node.events.next('exit')).exit).toEqual({ kind: 'code', code: 0 });
  });

  test('has its supplementary groups', async ({ node }) => {
    const member = await node.load('member', '', words('awk -F: \'$4 != "" { split($4, users, ","); print users[1]; exit }\' /etc/group'));
    const user = (await node.everything(member)).trim();
    if (user === '') {
      return; // a machine where nobody has any
    }
    const job = await node.load('job', '', { ...words('id -G'), uid: user });
    const expected = await node.load('expected', '', words(`id -G ${user}`));
    expect(await node.everything(job)).toBe(await node.everything(expected));
    expect((await node.everything(job)).trim().split(' ').length).toBeGreaterThan(1);
  });

  test('can be in another group', async ({ node }) => {
    const job = await node.load('job', '', { ...words('id -u; id -g'), uid: 'nobody', gid: 'daemon' });
    const expected = await node.load('expected', '', words('id -u nobody; id -g daemon'));
    expect(await node.everything(job)).toBe(await node.everything(expected));
    expect(await node.supervisor.sessions()).toEqual(['test']);
  });

  test('can be the same user in another group alone', async ({ node }) => {
    const job = await node.load('job', '', { ...words('id -u; id -g; id -G'), gid: 'daemon' });
    expect(await node.everything(job)).toBe('0\n1\n1\n');
  });

  test('is told in the info of the process', async ({ node }) => {
    await node.load('job', 'sleep 100', { uid: 'nobody' });
    expect(await node.supervisor.processInfo(1)).toMatchObject({ uid: 65534, gid: 65534, cmd: 'sleep', args: ['100'] });
  });

  test('can write to its outputs by their names', async ({ node }) => {
    const job = await node.load('job', '', { ...words('echo one > /dev/stdout; echo two > /dev/stderr'), uid: 'nobody' });
    expect(await node.everything(job)).toBe('one\ntwo\n');
  });

  test('is no reason why a missing command should not be called so', async ({ node }) => {
    await node.load('job', 'no-such-command', { uid: 'nobody', env: { PATH: '/usr/bin:/bin' }, on_exit: 'ignore' });
    expect((await node.events.next('exit')).exit).toEqual({ kind: 'not_started', reason: 'command not found: no-such-command', code: 127 });
  });

  test('is stopped as everybody is', async ({ node }) => {
    const script = "trap '' TERM; echo ready; while :; do sleep 100; done";
    const job = await node.loadScript('job', script, { uid: 'nobody', graceful_timeout: 0.01, cwd: '/' });
    await node.log(job).until('ready');
    await node.supervisor.stop(job);
    expect(node.running).toEqual([]);
  });
});

plainTest("a job without os_env finds its program along the supervisor's PATH, and has none itself", async () => {
  const node = new TestNode({ osEnv: { PATH: '/usr/bin:/bin', SECRET: 'x' } });
  const job = await node.load('job', 'env', { os_env: false, env: { A: '1' }, on_exit: 'ignore' });
  expect((await node.everything(job)).trim().split('\n').sort()).toEqual(['A=1', `GAFFER_RUN_ID=${node.supervisor.runId}`, 'PS=job.1']);
  const other = await node.load('other', 'env', { env: { SECRET: 'y' }, on_exit: 'ignore' });
  expect(await node.everything(other)).toMatch(/^SECRET=y$/m);
  await node.close();
});
