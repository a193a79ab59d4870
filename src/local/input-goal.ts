import { GafferError } from '../errors.ts';
import type { JobConfig } from '../job/config.ts';
import { didYouMean } from '../suggestion.ts';

/** Which process of a session gets what is typed. */
export interface InputGoal {
  readonly job: string;
  readonly slot: number;
}

/** Reads `web`, whose first instance is meant, or `web.2`. @throws GafferError `bad_usage` for what does not run */
export function parseInputGoal(text: string, jobs: readonly JobConfig[]): InputGoal {
  const [, name = text, digits = '1'] = /^(.+)\.(\d{1,9})$/.exec(text) ?? [];
  const job = jobs.find((one) => one.name === name);
  const names = jobs.map((one) => one.name);
  if (job === undefined) {
    throw new GafferError('bad_usage', `--stdin: expected a process that is run here (${names.join(', ')}), got "${text}"${didYouMean(name, names)}`);
  }
  const slot = Number(digits);
  const { numprocesses = 1 } = job;
  if (slot < 1 || slot > numprocesses) {
    const there = numprocesses === 0 ? 'none is started' : `there ${numprocesses === 1 ? 'is' : 'are'} ${instances(name, numprocesses)}`;
    throw new GafferError('bad_usage', `--stdin: expected an instance of ${name} that is started, got "${text}" (${there})`);
  }
  return { job: name, slot };
}

/** The jobs, of which one has a stdin. */
export function withInput(jobs: readonly JobConfig[], goal: InputGoal): readonly JobConfig[] {
  return jobs.map((job) => (job.name === goal.job ? { ...job, redirect_input: true } : job));
}

function instances(name: string, count: number): string {
  return count === 1 ? `${name}.1` : `${name}.1 to ${name}.${count}`;
}
