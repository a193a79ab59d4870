import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildRecord } from '../supervisor/instance.ts';

const FILE = 'children';

/** A process group that was started and not seen to end. */
export interface LedgerEntry {
  readonly group: number;
  /** When its leader was started, as /proc tells it. */
  readonly startTime: string;
}

/**
 * Writes down which process groups there are, for whoever has to end them when this process is killed: lines
 * `+GROUP START` and `-GROUP` in a file of the run's folder.
 */
export class ChildLedger implements ChildRecord {
  readonly #fd: number;

  constructor(folder: string) {
    this.#fd = openSync(join(folder, FILE), 'a', 0o600);
  }

  add(osPid: number, startTime: string): void {
    writeSync(this.#fd, `+${osPid} ${startTime}\n`);
  }

  remove(osPid: number): void {
    writeSync(this.#fd, `-${osPid}\n`);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** Reads which groups of a run were not seen to end; none if there is no ledger. */
export function readLedger(folder: string): LedgerEntry[] {
  let text: string;
  try {
    text = readFileSync(join(folder, FILE), 'latin1');
  } catch {
    return [];
  }
  const entries = new Map<string, LedgerEntry>();
  for (const line of text.split('\n')) {
    const [, sign, group = '', startTime = ''] = /^([+-])(\d+) ?(\d*)$/.exec(line) ?? [];
    if (sign === '+') {
      entries.set(group, { group: Number(group), startTime });
    } else {
      entries.delete(group);
    }
  }
  return [...entries.values()];
}
