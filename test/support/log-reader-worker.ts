import { parentPort, workerData } from 'node:worker_threads';
import { linesAtEnd } from './counting-jobs.ts';
import { LogFollower } from './lasting-follower.ts';
import type { LogReaderData, LogReport } from './log-reader.ts';

/** How often it says how much it has read, in milliseconds. */
const SAY_MS = 2;

/** What a `LogReader` runs in its thread: it says when it follows and how far it is, and reports on the processes that it is asked for. */
async function read({ url, pids, read: counter }: LogReaderData): Promise<void> {
  const follower = new LogFollower(url, linesAtEnd);
  const { lines } = follower;
  await follower.begun;
  setInterval(() => Atomics.store(counter, 0, BigInt(pids.reduce((sum, pid) => sum + lines.bytesOf(pid), 0))), SAY_MS);
  parentPort?.on('message', (asked: readonly number[]) => {
    const told = asked.map((pid) => ({ pid, bytes: lines.bytesOf(pid), lines: lines.lastOf(pid) }));
    parentPort?.postMessage({ told, unfinished: lines.unfinished, problems: follower.problems } satisfies LogReport);
  });
  parentPort?.postMessage('begun');
}

void read(workerData as LogReaderData);
