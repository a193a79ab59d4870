import { type Finding, formatFinding } from '../finding.ts';
import type { JobChoices } from '../local/jobs.ts';
import { type Project, type ProjectOptions, readProject } from '../local/project.ts';
import { currentFolder } from './current-folder.ts';

/** The project flags as they were parsed. */
export interface ProjectFlagValues {
  readonly procfile?: string | undefined;
  readonly root?: string | undefined;
  readonly env?: readonly string[] | undefined;
  readonly app?: string | undefined;
}

/** Reads the project that the flags mean. */
export function projectOf(values: ProjectFlagValues, options: { readonly procfileOptional?: boolean } = {}): Project {
  const { procfile, root, env: envFiles, app } = values;
  const place: ProjectOptions = { cwd: currentFolder(), procfile, root, envFiles, app, ...options };
  return readProject(place);
}

/** The flags that every command takes which makes jobs of the Procfile, as they were parsed. */
export interface JobFlagValues {
  readonly concurrency?: readonly string[] | undefined;
  readonly port?: string | undefined;
  readonly 'no-port': boolean;
  readonly 'env-precedence': string;
}

/** What those flags say about the jobs. */
export function choicesOf(flags: JobFlagValues): JobChoices {
  return {
    concurrency: flags.concurrency,
    port: flags['no-port'] ? false : flags.port,
    envPrecedence: flags['env-precedence'] === 'shell' ? 'shell' : 'file',
    osEnv: process.env,
  };
}

/** Names on stderr what is doubtful in the project's files. */
export function printWarnings(findings: readonly Finding[]): void {
  for (const finding of findings.filter(({ level }) => level === 'warning')) {
    process.stderr.write(`${formatFinding(finding)}\n`);
  }
}
