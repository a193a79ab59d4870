import { messageOf } from '../../errors.ts';
import type { Finding } from '../../finding.ts';
import { DEFAULT_SECTION, type IniDocument, type IniEntry } from '../../ini/document.ts';
import { type JobSection, readJobSections } from '../../ini/job-section.ts';
import { isKeyOfJob, readSetting } from '../../ini/setting-entry.ts';
import { type JobConfig, LAST_PRIORITY } from '../../job/config.ts';
import { DEFAULT_SESSION, expectSession } from '../../job/name.ts';
import type { Complaints } from './complaints.ts';
import { settleEnvironments } from './env-sections.ts';
import type { IniFile } from './ini-files.ts';
import { SECTION_NAMES } from './sections.ts';

/** A job of the configuration, and where it is written. */
export interface ConfiguredJob {
  readonly session: string;
  readonly config: JobConfig;
  readonly file: string;
  readonly line: number;
}

/**
 * Reads the jobs of all files, in the order in which they start. Job settings in the `[DEFAULT]` of the first file, the
 * main one, hold in the others too.
 */
export function readJobs(files: readonly IniFile[], complaints: Complaints): readonly ConfiguredJob[] {
  const common = files[0] === undefined ? [] : jobDefaultsOf(files[0].document);
  const jobs = settleEnvironments(files, complaints).flatMap(({ path, document }, index) => {
    const complete = index === 0 ? document : withDefaults(document, common);
    const read = readJobSections(complete, path, { mode: 'jobs', defaults: { os_env: true }, otherSections: SECTION_NAMES });
    complaints.add(read.findings);
    complaints.add(read.jobs.flatMap((job) => strangeSession(job, path)));
    return read.jobs.map((job) => configured(job, path));
  });
  complainOfTwins(jobs, complaints);
  return jobs.toSorted((one, other) => priorityOf(one) - priorityOf(other));
}

function configured({ session = DEFAULT_SESSION, name, line, settings }: JobSection, file: string): ConfiguredJob {
  return { session, config: { ...settings, name } as JobConfig, file, line };
}

function strangeSession({ session = DEFAULT_SESSION, line }: JobSection, file: string): readonly Finding[] {
  try {
    expectSession(session);
    return [];
  } catch (error) {
    return [{ file, line, level: 'error', message: messageOf(error) }];
  }
}

function priorityOf({ config }: ConfiguredJob): number {
  return config.priority ?? LAST_PRIORITY;
}

/** A job that two files have; twice in one file is found where that is read. */
function complainOfTwins(jobs: readonly ConfiguredJob[], complaints: Complaints): void {
  const seen = new Map<string, ConfiguredJob>();
  for (const job of jobs) {
    const key = JSON.stringify([job.session, job.config.name]);
    const before = seen.get(key);
    if (before === undefined) {
      seen.set(key, job);
    } else {
      const message = `job "${job.config.name}" of session "${job.session}" is at ${before.file}:${before.line} too; rename or remove one`;
      complaints.add([{ file: job.file, line: job.line, level: 'error', message }]);
    }
  }
}

/** What holds for every job; what is wrong with the rest is told where the file is read. */
function jobDefaultsOf(document: IniDocument): readonly IniEntry[] {
  const entries = document.sections.find(({ name }) => name === DEFAULT_SECTION)?.entries ?? [];
  return entries.filter((entry) => isKeyOfJob(entry.key, 'jobs') && readSetting(entry, 'jobs').kind !== 'problem');
}

function withDefaults(document: IniDocument, common: readonly IniEntry[]): IniDocument {
  const own = document.sections.find(({ name }) => name === DEFAULT_SECTION);
  const inherited = common.filter(({ key }) => own?.entries.some((entry) => entry.key === key) !== true);
  const defaults = { name: DEFAULT_SECTION, line: own?.line ?? 1, entries: [...inherited, ...(own?.entries ?? [])] };
  return { ...document, sections: [defaults, ...document.sections.filter((section) => section !== own)] };
}
