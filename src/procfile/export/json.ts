import { splitWords } from '../../job/words.ts';
import { type ExportedJob, type ExportOptions, exportedJobs } from './exported-job.ts';

/**
 * Writes jobs as `gaffer load FILE` reads them: one object, or `{"jobs": […]}` when no job is named.
 * @throws GafferError `bad_usage` when there is no job of that name
 */
export function exportJson(options: ExportOptions): string {
  const jobs = exportedJobs(options).map(jsonJob);
  return `${JSON.stringify(options.only === undefined ? { jobs } : jobs[0], undefined, 1)}\n`;
}

function jsonJob({ config, further }: ExportedJob): object {
  const { name, cmd, args, env, numprocesses = 1, priority } = config;
  return {
    name,
    cmd,
    args: typeof args === 'string' ? splitWords(args) : (args ?? []),
    env: env ?? {},
    numprocesses,
    ...(typeof priority === 'number' && { priority }),
    ...further,
  };
}
