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
  return exportedJobs(options)
    .map((job) => `${iniSection(job, options.app).join('\n')}\n`)
    .join('\n');
}

function iniSection({ config, further, env, priority }: ExportedJob, app: string): readonly string[] {
  const { name, cmd, args, numprocesses = 1 } = config;
  if (/^\s|[/:\]\r\n]|\s$/.test(app) || /^\s|[/\]\r\n]|\s$/.test(name)) {
    throw new GafferError('bad_usage', `expected names that an ini section can have, got "${app}" and "${name}"; use --format json`);
  }
  const write = (key: string, value: string): string => iniLine(name, key, value);
  const words = typeof args === 'string' ? args.trim() : joinWords(args ?? []);
  return [
    `[process:${app}:${name}]`,
    write('cmd', cmd.trim()),
    ...(words === '' ? [] : [write('args', words)]),
    ...(priority === undefined ? [] : [write('priority', String(priority))]),
    write('numprocesses', String(numprocesses)),
    ...Object.entries(further).map(([key, value]) => write(key, iniValue(name, key, value))),
    ...Object.entries(env).map(([variable, value]) => write(`env:${variable}`, value)),
  ];
}

/** One line; `%` is doubled, for it starts an interpolation. */
function iniLine(job: string, key: string, value: string): string {
  if (!/^(?:\w+|env:[^\s=:]+)$/.test(key)) {
    throw new GafferError('bad_usage', `${key} of "${job}": an ini file can't hold a variable of this name; use --format json`);
  }
  if (/[\r\n\0]|^\s|\s$/.test(value)) {
    throw new GafferError(
      'bad_usage',
      `${key} of "${job}": an ini file can't hold line breaks, nor blanks at the ends of a value; use --format json`,
    );
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
