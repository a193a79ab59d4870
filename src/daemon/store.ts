import { join, resolve } from 'node:path';
import { GafferError } from '../errors.ts';
import { formatJobName, type JobName } from '../job/name.ts';
import { AccountStore } from './accounts/account-store.ts';
import { type Database, databaseFailure, type SqlValue } from './database.ts';
import { openStateFile } from './state-file.ts';
import { makeStateFolder } from './state-folder.ts';
import { EVERY_JOB, type JobState, placeOf, type StoredJob, storedJobOf } from './stored-job.ts';
import { WebhookStore } from './webhook-store.ts';

/** Who is told of what is wrong with a store. */
export interface StoreOptions {
  /** Is given one line that names the files and what was done. */
  onProblem(message: string): void;
  /** Default: the system's clock. */
  readonly now?: () => Date;
}

/** What gafferd keeps in its state folder: the jobs and webhooks that came over the API, users and keys, and which run this is. What a method has done is on disk when it returns. */
export class Store {
  readonly webhooks: WebhookStore;
  readonly accounts: AccountStore;
  readonly #path: string;
  readonly #database: Database;
  readonly #onProblem: (message: string) => void;

  private constructor(path: string, database: Database, options: StoreOptions) {
    this.#path = path;
    this.#database = database;
    this.#onProblem = (message) => options.onProblem(message);
    this.webhooks = new WebhookStore(path, database, this.#onProblem);
    this.accounts = new AccountStore(path, database, this.#onProblem);
  }

  /**
   * Opens the store of a state folder, which is made if need be. A file that cannot be used is put aside, and a new one begun.
   * @throws GafferError `io_failed` when the folder or the file cannot be read or written
   */
  static open(stateDir: string, options: StoreOptions): Store {
    const folder = resolve(stateDir);
    makeStateFolder(folder);
    const path = join(folder, 'state.db');
    const database = openStateFile(path, { onProblem: (message) => options.onProblem(message), now: options.now ?? (() => new Date()) });
    return new Store(path, database, options);
  }

  /** Keeps a job: at the end of the order, or in the place that it has. @throws GafferError `io_failed` */
  putJob({ session, name, config, target, stopped }: StoredJob): void {
    this.#run(
      `INSERT INTO jobs (session, name, config, target, stopped) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (session, name) DO UPDATE SET config = excluded.config, target = excluded.target, stopped = excluded.stopped`,
      session,
      name,
      JSON.stringify(config),
      target,
      Number(stopped),
    );
  }

  /** Keeps several jobs, all or none. @throws GafferError `io_failed` */
  putJobs(jobs: readonly StoredJob[]): void {
    if (jobs.length < 2) {
      for (const job of jobs) {
        this.putJob(job);
      }
      return;
    }
    this.#attempt(() =>
      this.#database.together(() => {
        for (const job of jobs) {
          this.putJob(job);
        }
      }),
    );
  }

  /** Keeps whether a job is stopped; where that is so already nothing is written. @throws GafferError `io_failed` */
  setStopped({ session, job }: JobName, stopped: boolean): void {
    this.#run('UPDATE jobs SET stopped = ? WHERE session = ? AND name = ? AND stopped <> ?', Number(stopped), session, job, Number(stopped));
  }

  /** Keeps both at once; a job that is not kept stays so. @throws GafferError `io_failed` */
  setState({ session, job }: JobName, { target, stopped }: JobState): void {
    this.#run('UPDATE jobs SET target = ?, stopped = ? WHERE session = ? AND name = ?', target, Number(stopped), session, job);
  }

  /** The same for every job of a session that is kept. @throws GafferError `io_failed` */
  setSessionState(session: string, { target, stopped }: JobState): void {
    this.#run('UPDATE jobs SET target = ?, stopped = ? WHERE session = ?', target, Number(stopped), session);
  }

  /** Forgets a job. @throws GafferError `io_failed` */
  deleteJob({ session, job }: JobName): void {
    this.#run('DELETE FROM jobs WHERE session = ? AND name = ?', session, job);
  }

  /** Forgets the jobs of a session. @throws GafferError `io_failed` */
  deleteSession(session: string): void {
    this.#run('DELETE FROM jobs WHERE session = ?', session);
  }

  /** The jobs in the order in which they came; one that cannot be read is told of, left out, and stays on disk. @throws GafferError `io_failed` */
  jobs(): readonly StoredJob[] {
    return this.#jobs((place, problem) => this.#onProblem(`the job ${formatJobName(place)} in ${this.#path} is left out: ${problem}`));
  }

  /** The names of the same. @throws GafferError `io_failed` */
  names(): readonly JobName[] {
    return this.#jobs(() => undefined).map(({ session, name }) => ({ session, job: name }));
  }

  /**
   * A number for this run that is greater than that of any run before: the time, unless the clock was set back since.
   * @throws GafferError `io_failed`
   */
  nextGeneration(nowMs: number): number {
    return this.#attempt(() => {
      this.#database.run(
        `INSERT INTO runs (id, generation) VALUES (1, ?)
         ON CONFLICT (id) DO UPDATE SET generation = max(excluded.generation, generation + 1)`,
        nowMs,
      );
      return Number(this.#database.all('SELECT generation FROM runs')[0]?.['generation'] ?? nowMs);
    });
  }

  /** Closes the file. */
  close(): void {
    try {
      this.#database.execute('PRAGMA journal_mode = DELETE'); // leaves one whole file, and libsql nothing to clear up later
    } catch {
      // somebody reads it, or the disk is full: the next one goes on from the files as they are
    }
    this.#database.close();
  }

  #jobs(onProblem: (place: JobName, problem: string) => void): readonly StoredJob[] {
    return this.#attempt(() => this.#database.all(EVERY_JOB)).flatMap((row) => {
      try {
        return storedJobOf(row);
      } catch (error) {
        if (!(error instanceof GafferError)) {
          throw error;
        }
        const { session, name } = placeOf(row);
        onProblem({ session, job: name }, error.message);
        return [];
      }
    });
  }

  #run(sql: string, ...values: readonly SqlValue[]): void {
    this.#attempt(() => this.#database.run(sql, ...values));
  }

  #attempt<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw databaseFailure(this.#path, error);
    }
  }
}
