import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildRecord } from '../supervisor/child-record.ts';

const FILE = 'children';

/** A process group that was started and not seen to end. */
export interface LedgerEntry {
  readonly group: number;
  /** When its leader was started, as /proc tells it. */
  readonly startTime: string;
}

/** Bytes after which the file is written anew, without those that have ended. */
const LARGE = 64 * 1024;

/**
 * Writes down which process groups there are, for whoever has to end them when this process is killed: lines
 * `+GROUP START` and `-GROUP` in a file of the run's folder.
 */
export class ChildLedger implements ChildRecord {
  readonly #path: string;
  readonly #live = new Map<number, string>();
  #fd: number;
  #size = 0;
  #limit = LARGE;

  constructor(folder: string) {
    this.#path = join(folder, FILE);
    this.#fd = openSync(this.#path, 'a', 0o600);
  }

  add(osPid: number, startTime: string): void {
    this.#live.set(osPid, startTime);
    this.#write(added(osPid, startTime));
  }

  remove(osPid: number): void {
    this.#live.delete(osPid);
    this.#write(`-${osPid}\n`);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #write(line: string): void {
    try {
      this.#size += writeSync(this.#fd, line);
      if (this.#size > this.#limit) {
        this.#writeAnew();
      }
    } catch {
      // the disk is full: that is no reason to end, and children can be found by their mark too
    }
  }

  /** Whoever reads finds the old file or the new one, each whole. */
  #writeAnew(): void {
    const fresh = `${this.#path}.new`;
    const text = Array.from(this.#live, ([osPid, startTime]) => added(osPid, startTime)).join('');
    writeFileSync(fresh, text, { mode: 0o600 });
    const fd = openSync(fresh, 'a');
    renameSync(fresh, this.#path);
    closeSync(this.#fd);
    this.#fd = fd;
    this.#size = text.length;
    this.#limit = Math.max(LARGE, 2 * text.length);
  }
}

function added(osPid: number, startTime: string): string {
  return `+${osPid} ${startTime}\n`;
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
