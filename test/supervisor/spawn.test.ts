import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { ProcessExit } from '../../src/job/exit.ts';
import { readProcess } from '../../src/supervisor/process-table.ts';
import { isFolder, notStarted, outputOf, spawnChild, spawnHelper, whyNotStarted } from '../../src/supervisor/spawn.ts';

const REQUEST = { file: 'sleep', args: ['100'], env: { PATH: '/usr/bin:/bin' }, cwd: undefined, stdio: 'ignore' } as const;

function systemError(code: string): Error {
  return Object.assign(new Error(`spawn sleep ${code}`), { code });
}

describe('why a program could not be executed', () => {
  it.each([
    { code: 'ENOENT', reason: 'command not found: sleep', exit: 127 },
    { code: 'EACCES', reason: 'cannot execute sleep: permission denied', exit: 126 },
    { code: 'EPERM', reason: 'cannot execute sleep: not permitted (changing user or group needs root)', exit: 126 },
    { code: 'E2BIG', reason: 'cannot execute sleep: arguments and environment are too long', exit: 126 },
    { code: 'EAGAIN', reason: 'cannot execute sleep: the system has no room for another process (EAGAIN)', exit: 126 },
    { code: 'ENFILE', reason: 'cannot execute sleep: the system has no room for another process (ENFILE)', exit: 126 },
    {
      code: 'EMFILE',
      reason: 'cannot execute sleep: too many files are open (EMFILE): raise the limit (ulimit -n), stop what has started it, and start that anew',
      exit: 126,
    },
    { code: 'EIO', reason: 'cannot execute sleep: spawn sleep EIO', exit: 126 },
  ])('is said in words for $code', ({ code, reason, exit }) => {
    expect(whyNotStarted(systemError(code), REQUEST)).toEqual({ kind: 'not_started', reason, code: exit });
  });

  it('is the folder where that is missing, whatever the system says', () => {
    expect(whyNotStarted(systemError('ENOENT'), { ...REQUEST, cwd: '/no/such/folder' }).reason).toBe('cannot run in /no/such/folder: no such folder');
    expect([isFolder('/'), isFolder('/etc/passwd'), isFolder('/no'), isFolder('/etc/passwd/x'), isFolder(`/${'x'.repeat(9999)}`)]).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('can be something that is no error', () => {
    expect(whyNotStarted('strange', REQUEST).reason).toBe('cannot execute sleep: strange');
  });
});

describe('a child', () => {
  it('leads a session and a group of its own, and tells how it has ended', async () => {
    const child = spawnChild(REQUEST);
    expect(readProcess(child.osPid ?? 0)).toMatchObject({ session: child.osPid, group: child.osPid });
    const exit = new Promise<ProcessExit>((resolve) => {
      child.onExit(resolve);
    });
    process.kill(child.osPid ?? 0, 'SIGUSR1');
    expect(await exit).toEqual({ kind: 'signal', signal: 'SIGUSR1' });
  });

  it.each([{ file: 'no-such-program' }, { file: 'sleep\0' }])('that never came to be tells so later, and has no pipes: $file', async ({ file }) => {
    const child = spawnChild({ ...REQUEST, file });
    let exited: ProcessExit | undefined;
    const exit = new Promise<void>((resolve) => {
      child.onExit((how) => {
        exited = how;
        resolve();
      });
    });
    expect([child.osPid, child.pipe(0), exited]).toEqual([undefined, undefined, undefined]);
    await exit;
    expect(exited).toMatchObject({ kind: 'not_started' });
  });

  it('can be one that nobody has tried to start', async () => {
    const exit: ProcessExit = { kind: 'not_started', reason: 'no', code: 126 };
    const child = notStarted(exit);
    expect([child.osPid, child.pipe(1)]).toEqual([undefined, undefined]);
    expect(await new Promise((resolve) => child.onExit(resolve))).toBe(exit);
  });
});

describe('a helper', () => {
  it('runs apart, with nothing of the environment but the PATH', async () => {
    const helper = spawnHelper('sh', ['-c', 'env | grep -v ^PWD= | grep -v ^_= | cut -d= -f1; pwd'], ['ignore', 'pipe', 'ignore']);
    expect(readProcess(helper.pid ?? 0)?.session).toBe(helper.pid);
    const chunks: Buffer[] = [];
    helper.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(helper, 'close');
    expect(
      Buffer.concat(chunks)
        .toString()
        .replace(/^(OLDPWD|SHLVL)\n/gm, ''),
    ).toBe('PATH\n/\n');
  });

  it('is asked for what it prints; one that is not there prints nothing', () => {
    expect(outputOf('echo', ['hello'])).toBe('hello\n');
    expect(outputOf('no-such-program', [])).toBe('');
  });
});
