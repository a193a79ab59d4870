import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { GafferError, messageOf, systemCode } from '../errors.ts';
import { checkJobConfig, type JobConfig } from '../job/config.ts';
import type { JobName } from '../job/name.ts';

/** A job of a file, and where it belongs. */
export interface FileJob {
  readonly name: JobName;
  readonly config: JobConfig;
}

/** What decides where a job of a file belongs. */
export interface FileOptions {
  /** The file's name, for messages. */
  readonly file: string;
  /** Where jobs belong whose names do not tell. */
  readonly app: string;
  /** All belong to that one, whatever their names tell. */
  readonly isForced: boolean;
}

/**
 * Reads jobs: one configuration, or `{"jobs": [...]}`; a name can tell the application, `shop.web`.
 * @throws GafferError `invalid_config`, a line for everything that is wrong
 */
export function parseJobFile(content: string, options: FileOptions): readonly FileJob[] {
  const values = valuesIn(content, options.file);
  const problems = values.flatMap((value, index) =>
    checkJobConfig(value).map(({ message }) => `${options.file}: ${values.length === 1 ? '' : `${titleOf(value, index)}: `}${message}`),
  );
  if (problems.length > 0) {
    throw new GafferError('invalid_config', problems.join('\n'));
  }
  return (values as readonly JobConfig[]).map((config) => {
    const name = nameIn(config.name, options);
    return { name, config: { ...config, name: name.job } };
  });
}

/** The text of a file, `-` is stdin. @throws GafferError `io_failed` */
export async function readJobFile(file: string): Promise<string> {
  if (file === '-') {
    return await text(process.stdin);
  }
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new GafferError('io_failed', systemCode(error) === 'ENOENT' ? `'${file}' not found` : `cannot read '${file}': ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The names of the jobs in a file. @param app all belong to that application, whatever their names tell. @throws GafferError */
export async function namesIn(file: string, app: string | undefined): Promise<readonly string[]> {
  const values = valuesIn(await readJobFile(file), file);
  return values.map((value, index) => {
    const name = isObject(value) ? value['name'] : undefined;
    if (typeof name !== 'string' || name === '') {
      throw new GafferError('invalid_config', `${file}: ${titleOf(value, index)}: name: expected, but missing`);
    }
    if (app === undefined) {
      return name;
    }
    return `${app}.${nameIn(name, { file, app, isForced: true }).job}`;
  });
}

function valuesIn(content: string, file: string): readonly unknown[] {
  const value = parse(content, file);
  const jobs = isObject(value) && !Object.hasOwn(value, 'cmd') && Object.hasOwn(value, 'jobs') ? value['jobs'] : [value];
  if (!Array.isArray(jobs) || jobs.length === 0) {
    throw new GafferError('invalid_config', `${file}: expected the configuration of a job or {"jobs": [...]} with at least one, got none`);
  }
  return jobs as readonly unknown[];
}

function parse(content: string, file: string): unknown {
  const json = content.replace(/^\ufeff/, '');
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new GafferError('invalid_config', `${file}: expected JSON, got ${json.trim() === '' ? 'nothing' : `something else: ${messageOf(error)}`}`, {
      cause: error,
    });
  }
}

/** The application that a name tells stands before the first `.` or `/`. */
function nameIn(text: string, { app, isForced }: FileOptions): JobName {
  const [, session, job] = /^([^./]+)[./](.+)$/s.exec(text) ?? [];
  return session === undefined || job === undefined ? { session: app, job: text } : { session: isForced ? app : session, job };
}

function titleOf(value: unknown, index: number): string {
  const name = isObject(value) ? value['name'] : undefined;
  return typeof name === 'string' ? `job "${name}"` : `job ${index + 1}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
