import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { GafferError, messageOf, systemCode } from '../errors.ts';
import { isRunning } from '../supervisor/process-table.ts';

const MODE = 0o644;

/** What a pidfile is claimed with. */
export interface PidfileOptions {
  readonly program?: string;
  readonly pid?: number;
  readonly over?: number | undefined;
}

/** A file that names the process which runs. */
export class Pidfile {
  readonly #path: string;
  readonly #pid: number;

  private constructor(path: string, pid: number) {
    this.#path = path;
    this.#pid = pid;
  }

  /**
   * Writes the file, unless it names another process that runs.
   * @param program what runs, for messages
   * @param over who may be named there: it has left
   * @throws GafferError `already_running`, and `io_failed` when it can't be written
   */
  static claim(path: string, { program = 'gafferd', pid = process.pid, over }: PidfileOptions = {}): Pidfile {
    const other = readPid(path);
    if (other !== undefined && other !== pid && other !== over && isRunning(other)) {
      throw new GafferError(
        'already_running',
        `${program} is running already: ${path} names process ${other}; stop that one first, or name another pidfile`,
      );
    }
    writeWhole(path, `${pid}\n`);
    return new Pidfile(path, pid);
  }

  /** Removes the file if it still names this process; what keeps it from being removed is no failure. */
  remove(): void {
    try {
      if (readPid(this.#path) === this.#pid) {
        rmSync(this.#path, { force: true });
      }
    } catch {
      // it is stale from now on, and a stale one is no obstacle
    }
  }
}

/** The pid in a file; undefined when there is no file, or something else in it. */
function readPid(path: string): number | undefined {
  try {
    const [, pid] = /^\s*([1-9]\d{0,9})\s*$/.exec(readFileSync(path, 'latin1')) ?? [];
    return pid === undefined ? undefined : Number(pid);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return undefined;
    }
    throw unusable(path, code === 'EISDIR' ? 'it is a folder' : messageOf(error), error);
  }
}

/** Others see the whole file or none. */
function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${text.trim()}.tmp`;
  try {
    rmSync(temporary, { force: true });
    writeFileSync(temporary, text, { flag: 'wx', mode: MODE });
    chmodSync(temporary, MODE); // whatever the umask is
    renameSync(temporary, path);
  } catch (error) {
    removeQuietly(temporary);
    const isMissing = ['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '');
    throw unusable(path, isMissing ? `there is no folder ${dirname(path)}; make it, or name another pidfile` : messageOf(error), error);
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // the first failure is the one to tell
  }
}

function unusable(path: string, reason: string, cause: unknown): GafferError {
  return new GafferError('io_failed', `cannot use the pidfile ${path}: ${reason}`, { cause });
}
