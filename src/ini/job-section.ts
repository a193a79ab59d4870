import type { Finding } from '../finding.ts';
import { checkJobConfig, type JobConfig } from '../job/config.ts';
import { didYouMean } from '../suggestion.ts';
import { DEFAULT_SECTION, type IniDocument, type IniSection } from './document.ts';
import { groupSections, type SectionGroup } from './section-group.ts';
import { isKeyOfJob, readSetting, type SectionMode } from './setting-entry.ts';

/** What an ini file says of one job. */
export interface JobSection {
  /** Undefined where the section names none. */
  readonly session: string | undefined;
  readonly name: string;
  readonly line: number;
  readonly settings: Partial<JobConfig>;
}

/** The jobs of an ini file in file order, and what is wrong with it. */
export interface JobSections {
  readonly jobs: readonly JobSection[];
  readonly findings: readonly Finding[];
}

/** How job sections are to be read. */
export interface JobSectionOptions {
  /** `jobs` stand for themselves, as gafferd reads them; `additions` add to the processes of a Procfile. */
  readonly mode: SectionMode;
  /** Settings of jobs that do not set them; gafferd's are `{ os_env: true }`. */
  readonly defaults?: Partial<JobConfig>;
  /** Sections that others read: a name, or a beginning that ends with `:`. */
  readonly otherSections?: readonly string[];
}

/**
 * Reads the sections `[process:NAME]`, `[job:SESSION:NAME]` and `[env:NAME]`. What can't be read is an error; the
 * rest is read all the same. Keys of `[DEFAULT]` that are job settings hold for every job that does not set them.
 * @param file its name in findings
 */
export function readJobSections(document: IniDocument, file: string, options: JobSectionOptions): JobSections {
  const { groups, findings } = groupSections(document, file, options.otherSections ?? []);
  const reading: Reading = { mode: options.mode, findings: [...findings], file };
  const common = readSettings(
    document.sections.find(({ name }) => name === DEFAULT_SECTION),
    reading,
  );
  const jobs = groups.flatMap((group) => {
    if (group.section === undefined && options.mode === 'jobs') {
      const names = groups.flatMap(({ section, name }) => (section === undefined ? [] : [name]));
      complain(reading, group.line, `expected a [process:${group.name}] to go with [${group.env?.name}], found none${didYouMean(group.name, names)}`);
      return [];
    }
    return [readJob(group, { ...options.defaults, ...common }, reading)];
  });
  return { jobs, findings: reading.findings.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

interface Reading {
  readonly mode: SectionMode;
  readonly file: string;
  readonly findings: Finding[];
}

function complain({ findings, file }: Reading, line: number, message: string): void {
  findings.push({ file, line, level: 'error', message });
}

function readJob({ session, name, line, section, env }: SectionGroup, common: Partial<JobConfig>, reading: Reading): JobSection {
  const before = reading.findings.length;
  const own = readSettings(section, reading);
  const variables = env === undefined ? { ...common.env, ...own.env } : variablesOf(env);
  const settings = { ...common, ...own, ...(Object.keys(variables).length > 0 && { env: variables }) };
  if (reading.findings.length === before) {
    const standIn = reading.mode === 'additions' ? { cmd: 'the Procfile says it' } : {};
    for (const { member, message } of checkJobConfig({ name, ...standIn, ...settings })) {
      const entry = section?.entries.find(({ key }) => key === member);
      complain(reading, entry?.line ?? line, `[${(section ?? env)?.name}] ${message}`);
    }
  }
  return { session, name, line, settings };
}

/** What the lines of a section say; of `[DEFAULT]` only those that can stand in a job's section. */
function readSettings(section: IniSection | undefined, reading: Reading): Partial<JobConfig> {
  const settings: [string, unknown][] = [];
  const variables: [string, string][] = [];
  for (const entry of section?.entries ?? []) {
    if (section?.name === DEFAULT_SECTION && !isKeyOfJob(entry.key, reading.mode)) {
      continue;
    }
    const read = readSetting(entry, reading.mode);
    switch (read.kind) {
      case 'setting':
        settings.push([read.member, read.value]);
        break;
      case 'variable':
        variables.push([read.name, read.value]);
        break;
      case 'problem':
        complain(reading, entry.line, `[${section?.name}] ${read.message}`);
    }
  }
  return Object.fromEntries(variables.length === 0 ? settings : [...settings, ['env', Object.fromEntries(variables)]]);
}

/** The variables of an `[env:NAME]` section; their names are in upper case. */
function variablesOf(env: IniSection): Readonly<Record<string, string>> {
  return Object.fromEntries(env.entries.map(({ key, value }) => [key.toUpperCase(), value]));
}
