import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  bootId,
  findMarked,
  isGroupEmpty,
  isMarked,
  isRunning,
  readParentsFirst,
  readProcess,
  readProcesses,
  sendSignal,
} from '../../src/supervisor/process-table.ts';
import { processEntry } from '../support/process-entry.ts';
import { becomes } from '../support/processes.ts';

/** Above every pid that Linux gives. */
const NOBODY = 5_000_000;

const children: ChildProcess[] = [];

function start(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): ChildProcess & { readonly pid: number } {
  const child = spawn(file, args, { detached: true, stdio: 'ignore', env });
  children.push(child);
  return child as ChildProcess & { readonly pid: number };
}

async function exit(child: ChildProcess): Promise<void> {
  await new Promise((resolve) => child.once('exit', resolve));
}

afterEach(() => {
  for (const child of children.splice(0)) {
    sendSignal(-(child.pid ?? 0), 'SIGKILL');
  }
});

describe('an entry of the process table', () => {
  it('tells of a process what the system does', () => {
    const child = start('sleep', ['100']);
    const entry = readProcess(child.pid);
    expect(entry).toMatchObject({ pid: child.pid, group: child.pid, session: child.pid });
    expect(entry?.startTime).toMatch(/^\d+$/);
    expect(entry?.vszBytes).toBeGreaterThan(0);
    expect(readProcesses().map(({ pid }) => pid)).toEqual(expect.arrayContaining([process.pid, child.pid]));
  });

  it('is read rightly when the program has brackets and blanks in its name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
    try {
      const program = join(folder, 'a) b (c');
      copyFileSync('/bin/sleep', program);
      const child = start(program, ['100']);
      expect(readProcess(child.pid)).toMatchObject({ group: child.pid, session: child.pid });
      expect(isGroupEmpty(child.pid)).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is missing for a pid that nobody has', () => {
    expect(readProcess(NOBODY)).toBeUndefined();
    expect(isRunning(NOBODY)).toBe(false);
    expect(isGroupEmpty(NOBODY)).toBe(true);
  });
});

describe('several processes', () => {
  /** Reads these, of which each has its parent; answers who was read, one after the other. */
  function readingOrder(parents: ReadonlyMap<number, number>): number[] {
    const order: number[] = [];
    readParentsFirst([...parents.keys()], (pid) => {
      order.push(pid);
      return processEntry(pid, { parent: parents.get(pid) ?? 0 });
    });
    return order;
  }

  it('are read by their numbers: parents have lower ones than their children', () => {
    const parents = new Map([
      [1000, 999],
      [99, 1],
      [999, 99],
      [1, 0],
    ]);
    expect(readingOrder(parents)).toEqual([1, 99, 999, 1000]);
  });

  it('are read again behind their parent where numbers have begun anew', () => {
    const parents = new Map([
      [1, 0],
      [300, 400],
      [400, 32_000],
      [500, 1],
      [32_000, 1],
    ]);
    expect(readingOrder(parents)).toEqual([1, 300, 400, 500, 32_000, 400, 300]);
  });

  it('are told as they were read last, and not when they have ended meanwhile', () => {
    const looks = new Map<number, number>();
    const entries = readParentsFirst([2, 3, 9], (pid) => {
      looks.set(pid, (looks.get(pid) ?? 0) + 1);
      const hasEnded = pid === 3 && looks.get(pid) === 2;
      return hasEnded ? undefined : processEntry(pid, { parent: pid === 9 ? 1 : 9, cpuTicks: looks.get(pid) ?? 0 });
    });
    expect(entries.map(({ pid, cpuTicks }) => [pid, cpuTicks])).toEqual([
      [2, 2],
      [9, 1],
    ]);
  });
});

describe('a process', () => {
  it('runs until it has ended, and is another one than one that started at another time', async () => {
    const child = start('sleep', ['100']);
    const { startTime = '' } = readProcess(child.pid) ?? {};
    expect([isRunning(child.pid), isRunning(child.pid, startTime), isRunning(child.pid, `${startTime}0`)]).toEqual([true, true, false]);
    child.kill('SIGKILL');
    await exit(child);
    expect(isRunning(child.pid)).toBe(false);
  });

  it('that has ended and was not asked for its code does not count, neither alone nor in its group', async () => {
    // the shell never asks for the code of what it leaves to `sleep`
    const child = start('sh', ['-c', 'sh -c "exit 0" & exec sleep 100']);
    const zombie = (): number | undefined => readProcesses().find(({ group, state }) => group === child.pid && state === 'Z')?.pid;
    expect(await becomes(() => zombie() !== undefined, 10_000)).toBe(true);
    expect(isRunning(zombie() ?? 0)).toBe(false);
    expect(isGroupEmpty(child.pid)).toBe(false);
  });

  it('is found by the mark in its environment, and by no other', async () => {
    const name = `GAFFER_TEST_MARK_OF_${process.pid}`;
    const marked = start('sleep', ['100'], { PATH: process.env['PATH'], [name]: 'abc' });
    const longer = start('sleep', ['100'], { PATH: process.env['PATH'], [name]: 'abcd' });
    expect(await becomes(() => isMarked(longer.pid, `${name}=abcd`), 10_000)).toBe(true);
    expect(findMarked(`${name}=abc`)).toEqual([marked.pid]);
    expect(isMarked(NOBODY, `${name}=abc`)).toBe(false);
  });
});

describe('a signal', () => {
  it('reaches a process or a whole group', async () => {
    const child = start('sh', ['-c', 'sleep 100 & sleep 100']);
    expect(sendSignal(child.pid, 0)).toBe(true);
    expect(sendSignal(-child.pid, 'SIGKILL')).toBe(true);
    await exit(child);
    expect(await becomes(() => isGroupEmpty(child.pid), 10_000)).toBe(true);
  });

  it('reaches nobody where nobody is, nor this process itself by the number 0', () => {
    expect([sendSignal(NOBODY, 'SIGKILL'), sendSignal(-NOBODY, 'SIGKILL'), sendSignal(0, 'SIGKILL'), sendSignal(-0, 'SIGKILL')]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

it('names the boot of the machine', () => {
  expect(bootId()).toMatch(/^[0-9a-f-]{36}$/);
  expect(bootId()).toBe(bootId());
});
