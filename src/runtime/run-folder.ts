import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GafferError, systemCode } from '../errors.ts';
import { bootId, isRunning } from '../supervisor/process-table.ts';
import { ChildLedger, readLedger } from './child-ledger.ts';
import { endLeftovers } from './leftovers.ts';
import { makePrivate } from './private-folder.ts';
import { isAlive, ownRecord, type RunRecord, readRecord } from './run-record.ts';
import { ignoreMissing, removeEmpty, tryMove } from './shared-files.ts';

/** Which folder is claimed, and for whom. */
export interface RunClaim {
  /** The folder that one run at a time may have. It is made if need be, and who leaves it empty removes it. */
  readonly folder: string;
  /** Names the run, its folder and the mark of its processes. */
  readonly runId: string;
  /** What else the record tells a reader. */
  readonly details?: Readonly<Record<string, string>>;
  /** What to do when the folder is somebody else's, as the end of a sentence. */
  readonly remedy: string;
  /** The pid of a process whose record is no obstacle any more, though it runs: it has left. */
  readonly over?: number | undefined;
  /** What is wrong when another run has the folder. */
  busy(other: RunRecord): GafferError;
}

/**
 * The folder of the record of who runs here, whose name is the run's id. It is put in its place with the record in it:
 * a folder takes the place of an empty one only, so there is never more than one.
 */
const SESSION = 'session';

const STALE = 'stale-';

/** A claim that has not been moved to its place yet. Its name tells whose it is, for the record may not be there yet. */
const CLAIM = 'claim-';

/** A claim whose record is not there yet gets it within this time, whoever has the pid in its name by now. */
const CLAIM_MS = 60_000;

/** The place of one run in a folder that it alone uses, held from the claim until {@link RunFolder.close}. */
export class RunFolder {
  /** The folder that was claimed. */
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
   * Claims a folder for this process.
   * @throws what {@link RunClaim.busy} returns; GafferError `io_failed` when the folder is somebody else's; the system's error
   */
  static claim(claim: RunClaim): RunFolder {
    for (let tries = 1; ; tries += 1) {
      try {
        return RunFolder.#claimIn(makePrivate(claim.folder, claim.remedy), claim);
      } catch (error) {
        // a run that ends in this moment takes the empty folder with it
        if (systemCode(error) !== 'ENOENT' || tries === 5) {
          throw error;
        }
      }
    }
  }

  static #claimIn(folder: string, claim: RunClaim): RunFolder {
    const { runId } = claim;
    const own = join(folder, `${CLAIM}${runId}.${process.pid}`);
    mkdirSync(own, { mode: 0o700 });
    let run: RunFolder | undefined;
    try {
      writeFileSync(join(own, `${runId}.json`), JSON.stringify(ownRecord(runId, claim.details)), { mode: 0o600 });
      run = new RunFolder(folder, runId);
      while (!tryMove(own, join(folder, SESSION))) {
        setAside(folder, claim);
      }
      return run;
    } catch (error) {
      rmSync(own, { recursive: true, force: true });
      run?.close();
      throw error;
    }
  }

  /** Ends what runs before this one have left behind, with some time to end by itself; resolves with how many processes that were. */
  async endLeftovers({ graceMs }: { readonly graceMs: number }): Promise<number> {
    let count = 0;
    for (const name of readdirSync(this.folder).filter((file) => file.startsWith(STALE))) {
      const path = join(this.folder, name);
      const record = readRecord(path);
      if (record !== undefined) {
        const runFolder = join(this.folder, record.runId);
        if (record.bootId === bootId()) {
          count += await endLeftovers({ runId: record.runId, ledger: readLedger(runFolder), graceMs });
        }
        rmSync(runFolder, { recursive: true, force: true });
      }
      rmSync(path, { force: true });
    }
    removeDeadClaims(this.folder);
    return count;
  }

  /** Gives the folder back. */
  close(): void {
    this.ledger.close();
    rmSync(this.runFolder, { recursive: true, force: true });
    rmSync(join(this.folder, SESSION, `${this.#runId}.json`), { force: true });
    removeEmpty(join(this.folder, SESSION));
    removeEmpty(this.folder);
  }
}

/** Who has a folder at present, as far as he runs; nothing is changed. */
export function readHolder(folder: string): RunRecord | undefined {
  const names = ignoreMissing(() => readdirSync(join(folder, SESSION))) ?? [];
  return names.map((name) => readRecord(join(folder, SESSION, name))).find((record) => record !== undefined && isAlive(record));
}

/** Removes what is left of those who were killed while they claimed the folder: they had started nothing yet. */
function removeDeadClaims(folder: string): void {
  for (const name of readdirSync(folder).filter((file) => file.startsWith(CLAIM))) {
    const path = join(folder, name);
    const [runId = '', pid] = name.slice(CLAIM.length).split('.');
    const record = readRecord(join(path, `${runId}.json`));
    const madeMs = ignoreMissing(() => statSync(path).mtimeMs) ?? Date.now();
    const isDead = record === undefined ? !isRunning(Number(pid)) || Date.now() - madeMs > CLAIM_MS : !isAlive(record);
    if (isDead) {
      rmSync(join(folder, runId), { recursive: true, force: true });
      rmSync(path, { recursive: true, force: true });
    }
  }
}

/** Puts the record of a dead run aside; the records of other runs have other names and stay. */
function setAside(folder: string, claim: RunClaim): void {
  for (const name of ignoreMissing(() => readdirSync(join(folder, SESSION))) ?? []) {
    const path = join(folder, SESSION, name);
    const record = readRecord(path);
    if (record !== undefined && record.pid !== claim.over && isAlive(record)) {
      throw claim.busy(record);
    }
    ignoreMissing(() => renameSync(path, join(folder, `${STALE}${name}`)));
  }
}
