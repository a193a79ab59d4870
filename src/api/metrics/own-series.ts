import { readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { type Series, single } from './series.ts';

/** What is told of the process that serves this, under the names that all programs have for it. */
export async function ownSeries(): Promise<readonly Series[]> {
  const lagSeconds = await eventLoopLag();
  const { user, system } = process.cpuUsage();
  const { active, idle } = performance.eventLoopUtilization();
  const files = openFiles();
  return [
    single('counter', 'process_cpu_seconds_total', 'CPU time that gaffer itself has used', (user + system) / 1e6),
    single('gauge', 'process_resident_memory_bytes', 'Memory that gaffer itself uses', process.memoryUsage.rss()),
    single('gauge', 'process_start_time_seconds', 'When gaffer was started, in seconds since the epoch', (Date.now() - performance.now()) / 1000),
    ...(files === undefined ? [] : [single('gauge', 'process_open_fds', 'Files, pipes and connections that gaffer has open', files)]),
    single('counter', 'gaffer_event_loop_active_seconds_total', 'Time in which the event loop was at work', active / 1000),
    single('counter', 'gaffer_event_loop_idle_seconds_total', 'Time in which the event loop waited for something to happen', idle / 1000),
    single('gauge', 'gaffer_event_loop_lag_seconds', 'How long the event loop took to come round, when this was asked for', lagSeconds),
  ];
}

/** Measured once; a timer that measures all the time would wake a node that rests. */
async function eventLoopLag(): Promise<number> {
  const from = performance.now();
  await new Promise((resolve) => setImmediate(resolve));
  return (performance.now() - from) / 1000;
}

/** Undefined where there is no /proc. */
function openFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length - 1; // one is this look
  } catch {
    return undefined;
  }
}
