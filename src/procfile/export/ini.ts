import { GafferError } from '../../errors.ts';
import type { FlappingConfig, JobConfig } from '../../job/config.ts';
import { DEFAULT_FLAPPING } from '../../job/flapping.ts';
import { joinWords } from '../../job/words.ts';
import { type ExportedJob, type ExportOptions, exportedJobs } from './exported-job.ts';

/**
 * Writes jobs as sections of an ini file, as gafferd and the original read them.
 * @throws GafferError `bad_usage` for what an ini file can't hold, and when there is no job of the given name
 */
export function exportIni(options: ExportOptions): string {
  const withEnv = options.full ?? false;
  return exportedJobs(options)
    .map((job) => `${iniSection(job, options.app, withEnv).join('\n')}\n`)
    .join('\n');
}

function iniSection({ config, further, priority }: ExportedJob, app: string, withEnv: boolean): readonly string[] {
  const { name, cmd, args, env, numprocesses = 1 } = config;
  if (/^\s|[/:\]\r\n]|\s$/.test(app) || /^\s|[/\]\r\n]|\s$/.test(name)) {
    throw new GafferError('bad_usage', `expected names that an ini section can have, got "${app}" and "${name}"; use --format json`);
  }
  const write = (key: string, value: string): string => iniLine(name, key, value);
  const words = typeof args === 'string' ? args.trim() : joinWords(args ?? []);
  const added = withEnv || Object.hasOwn(further, 'env') ? Object.entries(env ?? {}) : [];
  return [
    `[process:${app}:${name}]`,
    write('cmd', cmd.trim()),
    ...(words === '' ? [] : [write('args', words)]),
    ...(priority === undefined ? [] : [write('priority', String(priority))]),
    write('numprocesses', String(numprocesses)),
    ...Object.entries(further).map(([key, value]) => write(key, iniValue(name, key, value))),
    ...added.map(([variable, value]) => write(`env:${variable}`, value)),
  ];
}

/** One line; `%` is doubled, for it starts an interpolation. */
function iniLine(job: string, key: string, value: string): string {
  if (/[\r\n\0]|^\s|\s$/.test(value) || !/^(?:\w+|env:[^\s=:]+)$/.test(key)) {
    const reason = /[\r\n\0]/.test(value) ? 'line breaks' : 'blanks at its ends';
    throw new GafferError('bad_usage', `${key} of "${job}": an ini file can't hold ${reason}; use --format json`);
  }
  return `${key} = ${value.replaceAll('%', '%%')}`.trimEnd();
}

function iniValue(job: string, key: string, value: JobConfig[keyof JobConfig]): string {
  if (key === 'flapping') {
    return iniFlapping(value as FlappingConfig | false);
  }
  if (Array.isArray(value)) {
    if (value.some((label: unknown) => /[\s,]/.test(String(label)))) {
      throw new GafferError('bad_usage', `${key} of "${job}": an ini file can't hold labels with blanks or commas; use --format json`);
    }
    return value.join(', ');
  }
  return String(value);
}

function iniFlapping(flapping: FlappingConfig | false): string {
  if (flapping === false) {
    return 'none';
  }
  const { attempts, windowMs, retryInMs, maxRetry } = DEFAULT_FLAPPING;
  const numbers = [
    flapping.attempts ?? attempts,
    flapping.window ?? windowMs / 1000,
    flapping.retry_in ?? retryInMs / 1000,
    flapping.max_retry ?? maxRetry,
  ];
  return numbers.join(', ');
}
