import type { SignalName } from '../job/signal.ts';
import { RUN_MARK } from '../supervisor/launch.ts';
import { findMarked, isGroupEmpty, isRunning, readProcess, sendSignal } from '../supervisor/process-table.ts';
import type { LedgerEntry } from './child-ledger.ts';

/** What is left of a run, and how long it may take to end before it is killed. */
export interface Leftovers {
  readonly runId: string;
  readonly ledger: readonly LedgerEntry[];
  readonly graceMs: number;
}

/** How long what was killed may take to be gone. */
const KILL_MS = 1000;

const POLL_MS = 10;

/**
 * Ends what is left of a run: the groups of its ledger, if their leader is still the process that was started, and
 * every process that carries the run's mark, wherever it has gone. Resolves with how many were found.
 */
export async function endLeftovers({ runId, ledger, graceMs }: Leftovers): Promise<number> {
  const groups = ledger.filter((entry) => isRunning(entry.group, entry.startTime === '' ? undefined : entry.startTime)).map(({ group }) => group);
  const marked = findMarked(`${RUN_MARK}=${runId}`);
  const strays = marked.filter((pid) => !groups.includes(readProcess(pid)?.group ?? 0));
  const signal = (name: SignalName): void => {
    for (const target of [...groups.map((group) => -group), ...strays]) {
      sendSignal(target, name);
    }
  };
  if (groups.length + strays.length === 0) {
    return 0;
  }
  signal('SIGTERM');
  signal('SIGCONT');
  const isOver = (): boolean => groups.every(isGroupEmpty) && !strays.some((pid) => isRunning(pid));
  if (!(await becomes(isOver, graceMs))) {
    signal('SIGKILL');
    await becomes(isOver, KILL_MS);
  }
  return Math.max(marked.length, groups.length + strays.length);
}

async function becomes(condition: () => boolean, withinMs: number): Promise<boolean> {
  for (let waited = 0; waited <= withinMs; waited += POLL_MS) {
    if (condition()) {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return false;
}
