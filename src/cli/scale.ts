import { GafferError } from '../errors.ts';
import { formatJobName, type JobName, parseJobName } from '../job/name.ts';
import type { ScaleOperand } from '../job/scale.ts';
import type { Connection } from './connection.ts';
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
  const formation = await formationOf(node, jobs);
  process.stdout.write(`${json ? jsonOf(app, formation) : formationText(formation)}\n`);
  return true;
}

/** How many processes of each job are wanted. */
export async function formationOf(node: Connection['node'], jobs: readonly JobName[]): Promise<readonly ScaledJob[]> {
  return await Promise.all(jobs.map(async (job) => ({ job, numprocesses: (await node.jobInfo(job)).max_processes })));
}

/** A formation in the form that `gaffer scale` reads. */
export function formationText(formation: readonly ScaledJob[]): string {
  return formation.map(({ job, numprocesses }) => `${job.job}=${numprocesses}`).join(' ');
}

/** Scales one job after the other; resolves with whether all of them are there. */
export async function scaleJobs(connection: Connection, changes: ScaleRequest['changes'], json: boolean): Promise<boolean> {
  const finder = new TargetFinder(connection);
  const formation: ScaledJob[] = [];
  const wanted = await changesOf(finder, connection.app, changes);
  const ok = await doSteps(wanted.map((change) => scaleStep(connection, { finder, change, json, onScaled: (job) => formation.push(job) })));
  if (json) {
    process.stdout.write(`${jsonOf(connection.app, formation)}\n`);
  }
  return ok;
}

/** How many processes of a job are wanted. */
export interface ScaledJob {
  readonly job: JobName;
  readonly numprocesses: number;
}

/** What a step of scaling needs. */
export interface ScaleStepOptions {
  readonly finder: TargetFinder;
  readonly change: Change;
  /** Nothing is said of it. */
  readonly json: boolean;
  readonly onScaled: (job: ScaledJob) => void;
}

/** The step that scales one job. */
export function scaleStep({ node, app }: Pick<Connection, 'node' | 'app'>, { finder, change, json, onScaled }: ScaleStepOptions): Step {
  const { job, word, operand } = change;
  const title = `Scaling ${job === undefined ? word : shortName(job, app)} processes...`;
  const work = async (): Promise<string | undefined> => {
    if (job === undefined) {
      throw new GafferError('job_not_found', `'${fullName(word, app)}' not found${await finder.hint(word)}`);
    }
    const numprocesses = await node.scale(job, operand);
    onScaled({ job, numprocesses });
    return json ? undefined : `${title} done, now running ${numprocesses}`;
  };
  return { title, work };
}

/** A change of the command line, for one job. */
export interface Change {
  readonly word: string;
  /** Undefined where there is no such job. */
  readonly job: JobName | undefined;
  readonly operand: ScaleOperand;
}

/** What the changes mean on a node. @throws GafferError `session_not_found` for `all` of an application that is not there */
export async function changesOf(finder: TargetFinder, app: string, changes: ScaleRequest['changes']): Promise<readonly Change[]> {
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

function jsonOf(app: string, formation: readonly ScaledJob[]): string {
  return JSON.stringify({ app, jobs: formation.map(scaledRecord) });
}

/** As it is printed with `--json`. */
export function scaledRecord({ job, numprocesses }: ScaledJob): { readonly name: string; readonly numprocesses: number } {
  return { name: formatJobName(job), numprocesses };
}
