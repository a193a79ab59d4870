import { LONGEST_PAUSE_MS } from './pause.ts';

/** How long a lookupd waits for its etcd, and etcd for it. */
export interface EtcdTimes {
  /** How long what was told here stays after this process: time enough for nodes to come back after a restart. */
  readonly ttlMs: number;
  /** How long etcd may take for an answer. */
  readonly timeoutMs: number;
  /** The longest time between two tries to reach it. */
  readonly longestPauseMs: number;
}

const MOST_TIMEOUT_MS = 5000;

/** Less would take a busy etcd for one that is away. */
const LEAST_TIMEOUT_MS = 1000;

/** What follows from how often nodes are asked whether they are there: a lookupd that is silent for two heartbeats is gone as a node would be. */
export function etcdTimesOf(heartbeatMs: number): EtcdTimes {
  const third = heartbeatMs / 3;
  return {
    ttlMs: 2 * heartbeatMs,
    timeoutMs: Math.min(MOST_TIMEOUT_MS, Math.max(LEAST_TIMEOUT_MS, third)),
    longestPauseMs: Math.min(LONGEST_PAUSE_MS, third),
  };
}
