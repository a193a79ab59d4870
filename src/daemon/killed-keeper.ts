import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CRASH_FILE, RECORD_FILE } from '../keeper/files.ts';
import { isKeeperThere } from '../keeper/keeper-process.ts';
import { readLedger } from '../runtime/child-ledger.ts';
import { endLeftovers } from '../runtime/leftovers.ts';
import { readRecord } from '../runtime/run-record.ts';
import { bootId } from '../supervisor/process-table.ts';

/** How long a keeper may take to go, and how often is looked. */
const GONE_MS = 2000;
const POLL_MS = 10;

/** The id of no run, where it is not known. */
const NOBODYS = randomUUID();

/** What a keeper that was killed has left. */
export interface KilledKeeper {
  /** How many of its processes were ended. */
  readonly ended: number;
  /** Why it has ended, if it was its own fault. */
  readonly crash: string | undefined;
}

/**
 * Ends the processes of a keeper that was killed, for nobody can read what they write any more: those that are still the ones of
 * its ledger or carry its mark, in this boot of the machine. Removes what it has left; undefined where a keeper lives, or none was.
 */
export async function endKilledKeeper(folder: string, graceMs: number): Promise<KilledKeeper | undefined> {
  const record = readRecord(join(folder, RECORD_FILE));
  const ledger = readLedger(folder);
  if ((record === undefined && ledger.length === 0) || (await isKeeperThere(folder))) {
    return undefined;
  }
  const { runId, bootId: boot } = record ?? { runId: NOBODYS, bootId: bootId() };
  const ended = boot === bootId() ? await endLeftovers({ runId, ledger, graceMs }) : 0;
  const crash = textOf(join(folder, CRASH_FILE));
  rmSync(folder, { recursive: true, force: true });
  return { ended, crash };
}

/** Removes what a keeper leaves that has nothing left to do, as soon as it has gone; one that stays keeps its folder. */
export async function clearUpAfterKeeper(folder: string): Promise<void> {
  for (let waited = 0; waited < GONE_MS; waited += POLL_MS) {
    if (!(await isKeeperThere(folder))) {
      rmSync(folder, { recursive: true, force: true });
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
