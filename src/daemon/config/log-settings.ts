import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from '../log-record.ts';
import type { Reading } from './reading.ts';
import { parseWord } from './values.ts';

/** What is logged, and where. */
export interface LogSettings {
  /** Absolute; undefined is stderr. */
  readonly file: string | undefined;
  readonly level: LogLevel;
  readonly format: LogFormat;
}

const STDERR = '-';

/** Reads where the log goes and what goes into it. */
export function readLogSettings(reading: Reading): LogSettings {
  const file = reading.said('error-log', 'error_log');
  return {
    file: file?.text === STDERR ? undefined : reading.path(file),
    level: reading.value(reading.said('log-level', 'log_level'), parseWord(LOG_LEVELS)) ?? 'info',
    format: reading.value(reading.said('log-format', 'log_format'), parseWord(LOG_FORMATS)) ?? 'text',
  };
}
