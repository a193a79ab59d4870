import { GafferError } from '../errors.ts';
import { type JobConfig, parseJobConfig } from '../job/config.ts';
import type { SqlRow } from './database.ts';

/** How a job is meant to be, beside its configuration. */
export interface JobState {
  /** How many processes are wanted when the job was scaled; without it what the configuration says. */
  readonly target: number | undefined;
  /** Whether somebody has stopped the job. */
  readonly stopped: boolean;
}

/** A job as it is kept on disk. */
export interface StoredJob extends JobState {
  readonly session: string;
  readonly name: string;
  readonly config: JobConfig;
}

/** Asks for all jobs in the order in which they came; numbers as floats, whatever a damaged file holds. */
export const EVERY_JOB = `
  SELECT CAST(session AS BLOB) AS session, CAST(name AS BLOB) AS name, CAST(config AS BLOB) AS config,
    CAST(target AS REAL) AS target, CAST(stopped AS REAL) AS stopped
  FROM jobs ORDER BY id`;

/** The place of the job that a row holds, good or not. */
export function placeOf(row: SqlRow): { readonly session: string; readonly name: string } {
  return { session: textOf(row['session']), name: textOf(row['name']) };
}

/** Reads a row of {@link EVERY_JOB}. @throws GafferError `invalid_config` when it cannot be a job */
export function storedJobOf(row: SqlRow): StoredJob {
  const target = row['target'] ?? undefined;
  if (target !== undefined && !(Number.isSafeInteger(target) && Number(target) >= 0)) {
    throw new GafferError('invalid_config', 'expected a number of processes, got something else');
  }
  return {
    ...placeOf(row),
    config: parseJobConfig(parse(textOf(row['config']))),
    target: target === undefined ? undefined : Number(target),
    stopped: row['stopped'] !== 0,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new GafferError('invalid_config', 'its configuration is not JSON', { cause: error });
  }
}

function textOf(value: SqlRow[string] | undefined): string {
  return value instanceof ArrayBuffer ? Buffer.from(value).toString('utf8') : '';
}
