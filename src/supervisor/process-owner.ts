import { closeSync, openSync, readSync } from 'node:fs';
import { getPriority } from 'node:os';
import { basename } from 'node:path';
import type { ProcessLook } from '../job/process-look.ts';
import { findUser } from './user-database.ts';

/** Who a process is, besides what it has started. */
export type Owner = Omit<ProcessLook, 'children'>;

/** As much of a file of /proc as is needed. */
const READ_BYTES = 4096;

/** How long a user's name is taken for granted: looking it up can mean to ask another program. */
const NAME_MS = 60_000;

/** Tells whose processes are, and what they are called. */
export class ProcessOwners {
  readonly #names = new Map<number, { readonly name: string; readonly untilMs: number }>();
  readonly #findName: (uid: number) => string | undefined;

  constructor(findName = (uid: number) => findUser(uid)?.name) {
    this.#findName = findName;
  }

  /** `N/A` for what the system does not tell. */
  ownerOf(pid: number, nowMs: number): Owner {
    const [, uid] = /^Uid:\s+(\d+)/m.exec(readProc(pid, 'status')) ?? [];
    const [command = ''] = readProc(pid, 'cmdline').split('\0', 1);
    const [program = ''] = command.split(' ', 1); // some write their arguments into it
    return {
      username: uid === undefined ? 'N/A' : this.#nameOf(Number(uid), nowMs),
      nice: niceOf(pid),
      cmdline: program === '' ? 'N/A' : basename(program),
    };
  }

  #nameOf(uid: number, nowMs: number): string {
    const known = this.#names.get(uid);
    if (known !== undefined && nowMs < known.untilMs) {
      return known.name;
    }
    const name = this.#findName(uid) ?? String(uid);
    this.#names.set(uid, { name, untilMs: nowMs + NAME_MS });
    return name;
  }
}

function niceOf(pid: number): ProcessLook['nice'] {
  try {
    return getPriority(pid);
  } catch {
    return 'N/A';
  }
}

function readProc(pid: number, name: 'status' | 'cmdline'): string {
  let file: number | undefined;
  try {
    file = openSync(`/proc/${pid}/${name}`, 'r');
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    return buffer.toString('utf8', 0, readSync(file, buffer));
  } catch {
    return '';
  } finally {
    if (file !== undefined) {
      closeSync(file);
    }
  }
}
