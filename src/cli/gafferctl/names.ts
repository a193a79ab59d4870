import { GafferError } from '../../errors.ts';
import { DEFAULT_SESSION, formatJobName, type JobName, parseJobName } from '../../job/name.ts';
import { oldJobName } from '../../protocol/old-name.ts';
import { closest } from '../../suggestion.ts';
import { onlyProcess } from '../pipe-name.ts';
import { type Target, TargetFinder } from '../target.ts';
import { voice } from '../voice.ts';
import type { NodeConnection } from './place.ts';

/** A job as 0.4 called it: `web`, or `shop:web` in a session. */
export function nameOf(job: JobName): string {
  return oldJobName(formatJobName(job));
}

/** The job that a name would have: `web` is one of the session that needs no name; `shop:web` and `shop.web` tell another. @throws GafferError `bad_usage` */
export function newJobName(word: string): JobName {
  const [, session, job] = /^([^:./]+):(.+)$/s.exec(word) ?? [];
  return session === undefined || job === undefined ? parseJobName(word) : { session, job };
}

/** Finds what a word names that is written as 0.4 or as the API writes it. @throws GafferError `job_not_found` */
export async function findTarget<Kind extends Target['kind']>(
  connection: NodeConnection,
  word: string,
  kinds: readonly Kind[],
): Promise<Target & { kind: Kind }> {
  const finder = new TargetFinder(connection);
  const target = (await finder.find(nowWritten(word), kinds)) ?? (await finder.find(word, kinds));
  if (target !== undefined) {
    return target;
  }
  throw kinds.some((kind) => kind === 'process') ? await missingProcess(connection, word) : await missingJob(connection, word);
}

async function missingJob(connection: NodeConnection, word: string): Promise<GafferError> {
  return new GafferError('job_not_found', `no job "${word}" is loaded${await jobHint(connection, word)}`);
}

/** A word that can name a process, or a job and so its processes. */
async function missingProcess(connection: NodeConnection, word: string): Promise<GafferError> {
  if (/^\d+$/.test(word)) {
    return new GafferError('process_not_found', `no process ${word} is running; ${voice().name} pids lists them`);
  }
  const [, front] = /^(.+)\.\d{1,9}$/.exec(word) ?? [];
  const job = front === undefined ? undefined : await new TargetFinder(connection).find(nowWritten(front), ['job']);
  return job === undefined
    ? await missingJob(connection, word)
    : new GafferError('process_not_found', `no process "${word}" is running; ${voice().name} job:info ${front} tells of those of the job`);
}

/** Finds the job of a name. @throws GafferError `job_not_found` */
export async function findJob(connection: NodeConnection, word: string): Promise<JobName> {
  return (await findTarget(connection, word, ['job'])).job;
}

/** Finds the process of a name: a pid, `web.1`, or a job that has one process. @throws GafferError `process_not_found`, `job_not_found` */
export async function findProcess(connection: NodeConnection, word: string): Promise<number> {
  const target = await findTarget(connection, word, ['process', 'job']);
  return target.kind === 'job' ? await onlyProcess(connection, target.job, word) : target.pid;
}

/** What 0.4 wrote with a colon is written with a dot now. */
export function nowWritten(word: string): string {
  return word.replace(/^([^:./]+):(?=.)/, '$1.');
}

/** Behind the message that a session is not there: what was probably meant, or which there are. */
export async function sessionHint({ node }: NodeConnection, word: string): Promise<string> {
  return hint(word, await seen(() => node.sessions()), 'session');
}

async function jobHint({ node }: NodeConnection, word: string): Promise<string> {
  const jobs = await seen(() => node.jobs());
  if (jobs === undefined) {
    return '';
  }
  const isFull = nowWritten(word) !== word || /[./]/.test(word);
  return hint(
    word,
    jobs.map((job) => (isFull && job.session !== DEFAULT_SESSION && word.includes('.') ? formatJobName(job) : nameOf(job))),
    'job',
  );
}

const SOME = 8;

function hint(word: string, names: readonly string[] | undefined, what: string): string {
  if (names === undefined) {
    return '';
  }
  if (names.length === 0) {
    return `; there is no ${what}: ${voice().loads} loads one`;
  }
  const meant = closest(word, names);
  if (meant !== undefined) {
    return `; did you mean "${meant}"?`;
  }
  const more = names.length > SOME ? ` and ${names.length - SOME} more` : '';
  return ` (there ${names.length === 1 ? 'is' : 'are'} ${names.slice(0, SOME).join(', ')}${more})`;
}

/** What is told to those who manage everything; undefined to others, and where nobody answers any more. */
async function seen<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof GafferError) {
      return undefined;
    }
    throw error;
  }
}
