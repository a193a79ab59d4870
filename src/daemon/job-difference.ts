import { isSameConfig, type JobConfig } from '../job/config.ts';
import { formatJobName, type JobName } from '../job/name.ts';

/** A job of a configuration file. */
export interface FileJob {
  readonly session: string;
  readonly config: JobConfig;
}

/** What has to be done so that a node runs what a file says. */
export interface JobDifference {
  readonly unload: readonly JobName[];
  readonly update: readonly FileJob[];
  readonly load: readonly FileJob[];
  /** They are in the file, but came over the API, and stay as they are. */
  readonly kept: readonly JobName[];
}

/** What a node runs. */
export interface RunningJobs {
  /** The jobs that came from the file, as it was when they were loaded or changed. */
  readonly fromFile: ReadonlyMap<string, FileJob>;
  /** Full names of all jobs that are loaded. */
  readonly loaded: ReadonlySet<string>;
  /** Full names of the jobs that came over the API. */
  readonly fromApi: ReadonlySet<string>;
}

/** Compares a file's jobs with what runs: only what differs is touched. */
export function compareJobs(wanted: readonly FileJob[], { fromFile, loaded, fromApi }: RunningJobs): JobDifference {
  const difference = { unload: [] as JobName[], update: [] as FileJob[], load: [] as FileJob[], kept: [] as JobName[] };
  const names = new Set<string>();
  for (const job of wanted) {
    const name = { session: job.session, job: job.config.name };
    const fullName = formatJobName(name);
    names.add(fullName);
    const before = fromFile.get(fullName);
    if (fromApi.has(fullName)) {
      difference.kept.push(name);
    } else if (!loaded.has(fullName)) {
      difference.load.push(job);
    } else if (before === undefined || !isSameConfig(before.config, job.config)) {
      difference.update.push(job);
    }
  }
  for (const [fullName, { session, config }] of fromFile) {
    if (!names.has(fullName) && loaded.has(fullName) && !fromApi.has(fullName)) {
      difference.unload.push({ session, job: config.name });
    }
  }
  return difference;
}
