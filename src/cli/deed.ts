import { GafferError } from '../errors.ts';
import type { JobName } from '../job/name.ts';
import type { GafferNode } from '../job/node.ts';
import type { Connection } from './connection.ts';
import { confirm } from './prompt.ts';
import { shortName } from './reading.ts';
import { type Target, TargetFinder } from './target.ts';
import { doSteps, type Step } from './view/progress.ts';

/** Something that is done to jobs, to processes or to a whole application. */
export interface Deed {
  /** What is shown meanwhile: `Stopping`. */
  readonly doing: string;
  /** What it is called in a question: `stop`. */
  readonly verb: string;
  /** Processes end: on a terminal that is asked about first, if it is about a whole application of a node. */
  readonly isDisruptive: boolean;
  job(node: GafferNode, job: JobName): Promise<void>;
  /** Missing where it can't be done to a single process. */
  process?(node: GafferNode, pid: number): Promise<void>;
  app(node: GafferNode, session: string): Promise<void>;
  /** What is said afterwards. @param word as typed */
  jobLine(word: string): string;
  /** What is said of a whole application, a line each. */
  appLines(session: string, jobs: readonly JobName[]): readonly string[];
}

/** What the command line says of it. */
export interface DeedOptions {
  /** Jobs, processes or applications; without any the application that is meant. */
  readonly words: readonly string[];
  /** Ask nothing. */
  readonly noInput: boolean;
}

/** Does something to what the words name; resolves with whether it could be done to all of it. */
export async function doDeed(deed: Deed, connection: Connection, { words, noInput }: DeedOptions): Promise<boolean> {
  const { app } = connection;
  const finder = new TargetFinder(connection);
  const kinds = kindsOf(deed);
  if (words.length === 0 || words[0] === '.') {
    return await doToApp(deed, connection, { finder, session: app, noInput });
  }
  const targets = new Map<string, Target | undefined>();
  for (const word of words) {
    targets.set(word, await finder.find(word, kinds));
  }
  for (const session of sessionsOf(targets)) {
    if (!(await mayGoOn(deed, connection, { session, noInput }))) {
      return false;
    }
  }
  return await doSteps([...targets].map(([word, target]) => stepOf(deed, connection, { word, target, finder })));
}

/** What a word of the command line names on a node. */
export interface NamedTarget {
  readonly word: string;
  /** Undefined where there is no such thing. */
  readonly target: Target | undefined;
  readonly finder: TargetFinder;
}

/** What a word can name that such a deed is done to. */
export function kindsOf(deed: Deed): readonly Target['kind'][] {
  return deed.process === undefined ? ['job', 'app'] : ['process', 'job', 'app'];
}

/** The step that does it to what a word names. */
export function stepOf(deed: Deed, connection: Pick<Connection, 'node' | 'app'>, named: NamedTarget): Step {
  return { title: `${deed.doing} ${named.word}`, work: () => doTo(deed, connection, named) };
}

async function doTo(deed: Deed, { node, app }: Pick<Connection, 'node' | 'app'>, { word, target, finder }: NamedTarget): Promise<string> {
  switch (target?.kind) {
    case undefined:
      throw new GafferError('job_not_found', `'${word}' not found in '${app}'${await finder.hint(word, kindsOf(deed))}`);
    case 'job':
      await deed.job(node, target.job);
      return deed.jobLine(word);
    case 'process':
      await deed.process?.(node, target.pid);
      return deed.jobLine(word).replace(/^job /, '');
    case 'app': {
      const jobs = await finder.jobs(target.session);
      await deed.app(node, target.session);
      return deed.appLines(target.session, jobs).join('\n');
    }
  }
}

/** The step that does it to a whole application. */
export function appStep(deed: Deed, { node }: Pick<Connection, 'node'>, session: string, jobs: readonly JobName[]): Step {
  return {
    title: `${deed.doing} ${jobs.map((job) => shortName(job, session)).join(', ')}`,
    work: async () => {
      await deed.app(node, session);
      return deed.appLines(session, jobs).join('\n');
    },
  };
}

interface WholeApp {
  readonly finder: TargetFinder;
  readonly session: string;
  readonly noInput: boolean;
}

async function doToApp(deed: Deed, connection: Connection, { finder, session, noInput }: WholeApp): Promise<boolean> {
  const jobs = await finder.jobs(session);
  if (jobs.length === 0) {
    throw new GafferError('session_not_found', `'${session}' not found${await finder.appHint(session)}`);
  }
  if (!(await mayGoOn(deed, connection, { session, noInput }))) {
    return false;
  }
  return await doSteps([appStep(deed, connection, session, jobs)]);
}

async function mayGoOn({ isDisruptive, verb }: Deed, { local }: Connection, { session, noInput }: Omit<WholeApp, 'finder'>): Promise<boolean> {
  return noInput || !isDisruptive || local !== undefined || (await confirm(`Do you want to ${verb} '${session}'?`));
}

function sessionsOf(targets: ReadonlyMap<string, Target | undefined>): readonly string[] {
  return [...targets.values()].flatMap((target) => (target?.kind === 'app' ? [target.session] : []));
}

/** Restarts the jobs of a session by their priority, those of one together. */
export async function restartSession(node: Pick<GafferNode, 'jobs' | 'jobInfo' | 'restart'>, session: string): Promise<void> {
  const jobs = await node.jobs(session);
  const infos = await Promise.all(jobs.map(async (job) => ({ job, priority: (await node.jobInfo(job)).config.priority ?? Number.MAX_SAFE_INTEGER })));
  for (const priority of [...new Set(infos.map((info) => info.priority))].sort((a, b) => a - b)) {
    await Promise.all(infos.filter((info) => info.priority === priority).map(({ job }) => node.restart(job)));
  }
}
