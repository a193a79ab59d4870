import { GafferError } from '../errors.ts';
import { formatJobName, type JobName, parseJobName } from '../job/name.ts';
import type { ScaleOperand } from '../job/scale.ts';
import type { Connection } from './node-options.ts';
import { shortName } from './reading.ts';
import type { ScaleRequest } from './scale-words.ts';
import { TargetFinder } from './target.ts';
import { doSteps, type Step } from './view/progress.ts';

/** How a formation is printed. */
export interface FormationOptions {
  readonly json: boolean;
  /** The application is the only word of the command line: it may have been meant for a job. */
  readonly isWord: boolean;
}

/** Prints how many processes of each job are wanted, in the form that `gaffer scale` reads. */
export async function printFormation({ node, app }: Connection, { json, isWord }: FormationOptions): Promise<boolean> {
  const finder = new TargetFinder({ node, app });
  const jobs = await finder.jobs();
  if (jobs.length === 0) {
    const more = isWord ? `; a job is scaled by "${app}=3", "${app}+2" or "${app}-1"` : '';
    throw new GafferError('session_not_found', `${await notLoaded(finder, app)}${more}`);
  }
  const formation = await Promise.all(jobs.map(async (job) => ({ job, numprocesses: (await node.jobInfo(job)).max_processes })));
  const text = json ? jsonOf(app, formation) : formation.map(({ job, numprocesses }) => `${job.job}=${numprocesses}`).join(' ');
  process.stdout.write(`${text}\n`);
  return true;
}

/** Scales one job after the other; resolves with whether all of them are there. */
export async function scaleJobs(connection: Connection, changes: ScaleRequest['changes'], json: boolean): Promise<boolean> {
  const { node, app } = connection;
  const finder = new TargetFinder(connection);
  const formation: { job: JobName; numprocesses: number }[] = [];
  const steps: Step[] = [];
  for (const { job, word, operand } of await changesOf(finder, app, changes)) {
    const title = `Scaling ${job === undefined ? word : shortName(job, app)} processes...`;
    const work = async (): Promise<string | undefined> => {
      if (job === undefined) {
        throw new GafferError('job_not_found', `'${fullName(word, app)}' not found${await finder.hint(word)}`);
      }
      const numprocesses = await node.scale(job, operand);
      formation.push({ job, numprocesses });
      return json ? undefined : `${title} done, now running ${numprocesses}`;
    };
    steps.push({ title, work });
  }
  const ok = await doSteps(steps);
  if (json) {
    process.stdout.write(`${jsonOf(app, formation)}\n`);
  }
  return ok;
}

interface Change {
  readonly word: string;
  /** Undefined where there is no such job. */
  readonly job: JobName | undefined;
  readonly operand: ScaleOperand;
}

async function changesOf(finder: TargetFinder, app: string, changes: ScaleRequest['changes']): Promise<readonly Change[]> {
  const found: Change[] = [];
  for (const { name: word, operand } of changes) {
    const target = await finder.find(word, ['job']);
    const all = target === undefined && word === 'all' ? await finder.jobs() : [];
    if (word === 'all' && target === undefined && all.length === 0) {
      throw new GafferError('session_not_found', await notLoaded(finder, app));
    }
    found.push(...(all.length > 0 ? all.map((job) => ({ word, job, operand })) : [{ word, job: target?.job, operand }]));
  }
  return found;
}

/** What is said of an application that is not there. */
async function notLoaded(finder: TargetFinder, app: string): Promise<string> {
  return `'${app}' not loaded${await finder.appHint(app)}`;
}

function fullName(word: string, app: string): string {
  return /[./]/.test(word) ? formatJobName(parseJobName(word)) : `${app}.${word}`;
}

function jsonOf(app: string, formation: readonly { readonly job: JobName; readonly numprocesses: number }[]): string {
  return JSON.stringify({ app, jobs: formation.map(({ job, numprocesses }) => ({ name: formatJobName(job), numprocesses })) });
}
