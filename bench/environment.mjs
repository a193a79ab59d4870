// The environment of everything that is measured, and the mark in it by which nothing is ever left behind.
import { processesWith } from './proc.mjs';

const mark = 'GAFFER_BENCH_RUN';
const runId = `${process.pid}-${Date.now()}`;

/**
 * NODE_EXTRA_CA_CERTS alone adds 80 ms to each start of Node 20.
 * @param {Record<string, string>} [more]
 * @returns {NodeJS.ProcessEnv}
 */
export function environment(more = {}) {
  const disturbing = /^(NODE_|npm_|FORCE_COLOR$|NO_COLOR$|GAFFER_|PORT$)/;
  const kept = Object.entries(process.env).filter(([name]) => !disturbing.test(name));
  return { ...Object.fromEntries(kept), ...more, [mark]: runId };
}

/** The processes of this run that still live. */
export function survivors() {
  return processesWith(mark, runId);
}

/** Kills every process of this run, or those of it that are found, and those that they start meanwhile. */
export function sweep(find = survivors) {
  for (let pids = find(), tries = 0; pids.length > 0 && tries < 100; pids = find(), tries++) {
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it is gone already
      }
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
}
