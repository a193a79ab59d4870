import { describe, expect } from 'vitest';
import type { LogEntry } from '../../src/job/log.ts';
import { becomes } from '../support/processes.ts';
import { SESSION, test } from '../support/test-node.ts';

function shown(entries: readonly LogEntry[]): string[] {
  return entries.map((entry) => {
    switch (entry.kind) {
      case 'output':
        return `${entry.name}.${entry.slot} ${entry.label}: ${Buffer.from(entry.data).toString().trimEnd()}`;
      case 'event':
        return entry.event.type;
      case 'dropped':
      case 'end':
        return entry.kind;
    }
  });
}

describe('the recent log', () => {
  test('is in order of time, over processes and what happened', async ({ node }) => {
    const script = 'echo 1; read go; echo 2 >&2; read go; echo 3';
    const job = await node.loadScript('web', script, { redirect_output: ['out', 'err'], redirect_input: true, on_exit: 'ignore' });
    const stdin = await node.supervisor.stream(1, 'stdin');
    for (const [label, text] of [
      ['out', '1'],
      ['err', '2'],
    ] as const) {
      await node.log(job, label).until(text);
      await new Promise((resolve) => setTimeout(resolve, 2)); // times are told in milliseconds
      await stdin.write('go\n');
    }
    await node.events.next('done');
    expect(shown(await node.supervisor.recentLog({ job }, 100))).toEqual([
      'load',
      'start',
      'spawn',
      'test.web.1 out: 1',
      'test.web.1 err: 2',
      'test.web.1 out: 3',
      'exit',
      'done',
    ]);
    expect(shown(await node.supervisor.recentLog({ job, label: 'err' }, 100))).toContain('test.web.1 err: 2');
  });

  test('can be of one job, of one session, of one process', async ({ node }) => {
    await node.loadScript('one', 'echo one; exec sleep 100');
    await node.loadScript('two', 'echo two; exec sleep 100', { numprocesses: 2 });
    await becomes(() => node.outputs.every(({ log }) => log.text !== '') && node.outputs.length === 3, 10_000);
    const outputs = async (selection: object): Promise<string[]> =>
      shown(await node.supervisor.recentLog(selection, 100))
        .filter((line) => line.includes(':'))
        .sort();
    expect(await outputs({ job: { session: SESSION, job: 'one' } })).toEqual(['test.one.1 out: one']);
    expect(await outputs({ pid: 3 })).toEqual(['test.two.2 out: two']);
    expect(await outputs({ session: SESSION })).toEqual(['test.one.1 out: one', 'test.two.1 out: two', 'test.two.2 out: two']);
    await expect(node.supervisor.recentLog({ session: 'other' }, 1)).rejects.toMatchObject({ code: 'session_not_found' });
  });

  test('keeps what the last processes of a job have written, and not of all there ever were', async ({ node }) => {
    const job = await node.loadScript('web', 'echo $GAFFER_ROUND; exit 1', { flapping: { attempts: 1000 }, env: { GAFFER_ROUND: 'x'.repeat(100) } });
    await node.events.count('exit', 80);
    await node.supervisor.stop(job);
    const pids = new Set((await node.supervisor.recentLog({ job }, 1000)).flatMap((entry) => (entry.kind === 'output' ? [entry.pid] : [])));
    expect(pids.size).toBeGreaterThan(1);
    expect(pids.size).toBeLessThanOrEqual(65);
  });
});

describe('a log that is followed', () => {
  test('has everything once, also of processes that start later, and nothing more after its end', async ({ node }) => {
    await node.loadScript('web', 'i=0; while [ $i -lt 2000 ]; do echo $i; i=$((i+1)); done; exec sleep 100');
    const followed: LogEntry[][] = [];
    const ends = await Promise.all(
      [0, 1, 2, 3].map(async (index) => {
        await new Promise((resolve) => setTimeout(resolve, index * 3));
        const entries: LogEntry[] = [];
        followed.push(entries);
        return await node.supervisor.followLog({ session: SESSION }, 100_000, (entry) =>
          entries.push(entry.kind === 'output' ? { ...entry, data: Buffer.from(entry.data) } : entry),
        );
      }),
    );
    await node.loadScript('late', 'echo late; exec sleep 100');
    const text = (entries: readonly LogEntry[], name: string): string =>
      Buffer.concat(entries.flatMap((entry) => (entry.kind === 'output' && entry.name === name ? [Buffer.from(entry.data)] : []))).toString();
    const isComplete = (): boolean =>
      followed.every((entries) => text(entries, 'test.web').endsWith('1999\n') && text(entries, 'test.late') === 'late\n');
    expect(await becomes(isComplete, 10_000)).toBe(true);
    for (const entries of followed) {
      const numbers = text(entries, 'test.web').trim().split('\n').map(Number);
      expect(numbers).toEqual(Array.from(numbers, (_, index) => 2000 - numbers.length + index));
    }
    for (const { end } of ends) {
      end();
    }
    const counts = followed.map(({ length }) => length);
    await node.supervisor.stopAll();
    expect(followed.map(({ length }) => length)).toEqual(counts);
  });
});
