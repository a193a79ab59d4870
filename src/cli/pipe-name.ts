import { GafferError } from '../errors.ts';
import type { JobName } from '../job/name.ts';
import type { Connection } from './connection.ts';
import { shortName } from './reading.ts';
import { TargetFinder } from './target.ts';
import { voice } from './voice.ts';

/** A process, and one of its pipes if the word told one. */
export interface PipeName {
  readonly pid: number;
  readonly label: string | undefined;
}

/**
 * What a word like `12`, `web.1`, `web` (with one process) or one of them with `.STREAM` behind it names.
 * @throws GafferError
 */
export async function findPipe(connection: Connection, word: string): Promise<PipeName> {
  const finder = new TargetFinder(connection);
  const pid = await findProcess(connection, finder, word);
  if (pid !== undefined) {
    return { pid, label: undefined };
  }
  const [, front, label] = /^(.+)\.([^.]+)$/.exec(word) ?? [];
  const own = front === undefined ? undefined : await findProcess(connection, finder, front);
  if (own === undefined) {
    throw new GafferError('process_not_found', `process '${word}' not found${await finder.hint(word)}`);
  }
  return { pid: own, label };
}

/**
 * Makes sure that a word still means something after the node was started anew: a pid means another process then.
 * @throws GafferError `process_not_found`
 */
export function expectSlotName(word: string, pid: number, place: string): void {
  if (/^\d+(\.|$)/.test(word)) {
    throw new GafferError(
      'process_not_found',
      `${place} was started anew, where ${pid} is another process; one that is named like web.1 is found again`,
    );
  }
}

async function findProcess(connection: Connection, finder: TargetFinder, word: string): Promise<number | undefined> {
  const target = await finder.find(word, ['process', 'job']);
  return target?.kind === 'job' ? await onlyProcess(connection, target.job, word) : target?.pid;
}

/** The process of a job that has one. @param word how the job was named @throws GafferError `process_not_found` where it has none, or several */
export async function onlyProcess({ node, app }: Connection, job: JobName, word: string): Promise<number> {
  const { processes } = await node.jobOverview(job);
  const [first, ...others] = processes.filter(({ stopping }) => !stopping);
  if (first === undefined) {
    throw new GafferError('process_not_found', `job '${word}' has no process: ${voice().starts} starts it`);
  }
  if (others.length > 0) {
    const names = [first, ...others].map(({ slot, pid }) => (slot === 0 ? String(pid) : `${shortName(job, app)}.${slot}`));
    throw new GafferError('process_not_found', `job '${word}' has ${names.length} processes: name one of ${names.join(', ')}`);
  }
  return first.pid;
}
