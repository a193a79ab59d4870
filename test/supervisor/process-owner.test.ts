import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { getPriority, userInfo } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ProcessOwners } from '../../src/supervisor/process-owner.ts';

const NONE = 2 ** 22 + 1; // Linux gives no such number

/** A process that calls itself like that. */
async function called(argv0: string): Promise<number> {
  const child = spawn('cat', ['--', '-'], { argv0, stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.write('x');
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

describe('the owner of a process', () => {
  it('is its user, with its program and how nice it is', () => {
    expect(new ProcessOwners().ownerOf(process.pid, 0)).toEqual({ username: userInfo().username, nice: getPriority(), cmdline: 'node' });
  });

  it('is a number where the system has no name, and looked for once in a while only', () => {
    const asked: number[] = [];
    const owners = new ProcessOwners((uid) => {
      asked.push(uid);
      return undefined;
    });
    const uid = process.getuid?.() ?? 0;
    const names = [0, 1000, 59_999, 60_000].map((nowMs) => owners.ownerOf(process.pid, nowMs).username);
    expect([names, asked]).toEqual([Array.from({ length: 4 }, () => String(uid)), [uid, uid]]);
  });

  it.each([
    ['/opt/bin/server', 'server'],
    ['server: worker --password=hunter2', 'server:'],
    ['/opt/bin/server --password=hunter2', 'server'],
    [' ', 'N/A'],
  ])('has a program without its arguments: %s', async (argv0, cmdline) => {
    expect(new ProcessOwners().ownerOf(await called(argv0), 0).cmdline).toBe(cmdline);
  });

  it('is unknown when there is no such process', () => {
    expect(new ProcessOwners().ownerOf(NONE, 0)).toEqual({ username: 'N/A', nice: 'N/A', cmdline: 'N/A' });
  });
});
