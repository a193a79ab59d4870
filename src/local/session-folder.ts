import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GafferError, messageOf, systemCode } from '../errors.ts';
import { bootId, isRunning, readProcess } from '../supervisor/process-table.ts';
import { ChildLedger, readLedger } from './child-ledger.ts';
import { endLeftovers } from './leftovers.ts';
import { projectFolder, sessionsFolder } from './private-folder.ts';

/** Who runs a session. */
interface SessionRecord {
  readonly pid: number;
  readonly startTime: string;
  readonly bootId: string;
  readonly runId: string;
  readonly root: string;
}

/**
 * The folder of the record of who runs here, whose name is the run's id. It is put in its place with the record in it:
 * a folder takes the place of an empty one only, so there is never more than one.
 */
const SESSION = 'session';

const STALE = 'stale-';

/** The place of one run in its project's folder, held from the claim until {@link SessionFolder.close}. */
export class SessionFolder {
  /** The project's folder. */
  readonly folder: string;
  /** The run's own folder in it. */
  readonly runFolder: string;
  /** Which children there are. */
  readonly ledger: ChildLedger;
  readonly #runId: string;

  private constructor(folder: string, runId: string) {
    this.folder = folder;
    this.#runId = runId;
    this.runFolder = join(folder, runId);
    mkdirSync(this.runFolder, { mode: 0o700 });
    this.ledger = new ChildLedger(this.runFolder);
  }

  /**
   * Claims the project for this process.
   * @throws GafferError `already_running` when another session runs there
   */
  static claim(root: string, runId: string, env: Readonly<Record<string, string | undefined>>): SessionFolder {
    const sessions = sessionsFolder(env);
    const record: SessionRecord = { pid: process.pid, startTime: readProcess(process.pid)?.startTime ?? '', bootId: bootId(), runId, root };
    for (let tries = 1; ; tries += 1) {
      try {
        return SessionFolder.#claimIn(projectFolder(sessions, root), record);
      } catch (error) {
        // a session that ends in this moment takes the empty folder with it
        if (systemCode(error) !== 'ENOENT' || tries === 5) {
          throw error instanceof GafferError ? error : unusable(sessions, error);
        }
      }
    }
  }

  static #claimIn(folder: string, record: SessionRecord): SessionFolder {
    const own = join(folder, `claim-${record.runId}`);
    const session = new SessionFolder(folder, record.runId);
    try {
      mkdirSync(own, { mode: 0o700 });
      writeFileSync(join(own, `${record.runId}.json`), JSON.stringify(record), { mode: 0o600 });
      while (!tryMove(own, join(folder, SESSION))) {
        setAside(folder, record.root);
      }
      return session;
    } catch (error) {
      rmSync(own, { recursive: true, force: true });
      session.close();
      throw error;
    }
  }

  /** Ends what runs before this one have left behind; resolves with how many processes that were. */
  async endLeftovers(): Promise<number> {
    let count = 0;
    for (const name of readdirSync(this.folder).filter((file) => file.startsWith(STALE))) {
      const path = join(this.folder, name);
      const record = readRecord(path);
      if (record !== undefined) {
        const runFolder = join(this.folder, record.runId);
        if (record.bootId === bootId()) {
          count += await endLeftovers(record.runId, readLedger(runFolder));
        }
        rmSync(runFolder, { recursive: true, force: true });
      }
      rmSync(path, { force: true });
    }
    return count;
  }

  /** Gives the project back. */
  close(): void {
    this.ledger.close();
    rmSync(this.runFolder, { recursive: true, force: true });
    rmSync(join(this.folder, SESSION, `${this.#runId}.json`), { force: true });
    removeEmpty(join(this.folder, SESSION));
    removeEmpty(this.folder);
  }
}

function unusable(sessions: string, cause: unknown): GafferError {
  const message = `cannot keep the files of a session in ${sessions}: ${messageOf(cause)}; set XDG_RUNTIME_DIR to another place`;
  return new GafferError('io_failed', message, { cause });
}

/** Moves a folder to where none is, or an empty one; false when another is there. */
function tryMove(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) {
      return false;
    }
    throw error;
  }
}

/** Puts the record of a dead session aside; the records of other runs have other names and stay. */
function setAside(folder: string, root: string): void {
  for (const name of ignoreMissing(() => readdirSync(join(folder, SESSION))) ?? []) {
    const path = join(folder, SESSION, name);
    const record = readRecord(path);
    if (record !== undefined && record.bootId === bootId() && isRunning(record.pid, record.startTime === '' ? undefined : record.startTime)) {
      throw new GafferError(
        'already_running',
        `gaffer start is running in ${root} already (pid ${record.pid}): stop that one first, or run this one in another folder`,
      );
    }
    ignoreMissing(() => renameSync(path, join(folder, `${STALE}${name}`)));
  }
}

/** Others look after the same files: one that is gone has been seen to. */
function ignoreMissing<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // another session has put something there
  }
}

function readRecord(path: string): SessionRecord | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether somebody has written a record that can be used; its run id names a folder. */
function isRecord(value: unknown): value is SessionRecord {
  const { pid, startTime, bootId: boot, runId } = (value ?? {}) as Readonly<Record<keyof SessionRecord, unknown>>;
  return (
    Number.isSafeInteger(pid) && typeof startTime === 'string' && typeof boot === 'string' && typeof runId === 'string' && /^[\w-]+$/.test(runId)
  );
}
