import { GafferError } from '../errors.ts';
import { formatJobName, type JobName, parseJobName } from '../job/name.ts';
import type { GafferNode } from '../job/node.ts';
import { closest } from '../suggestion.ts';
import { type Reading, readingsOf } from './reading.ts';
import { someOf } from './some-of.ts';
import { voice } from './voice.ts';

/** Something that there is on a node. */
export type Target =
  | { readonly kind: 'job'; readonly job: JobName }
  | { readonly kind: 'process'; readonly pid: number }
  | { readonly kind: 'app'; readonly session: string };

/** What is asked for what the words of a command line name. */
export interface TargetPlace {
  readonly node: Pick<GafferNode, 'sessions' | 'jobs' | 'overview' | 'jobInfo' | 'pidOf' | 'processInfo'>;
  readonly app: string;
}

/** Finds what the words of a command line name. */
export class TargetFinder {
  readonly #node: TargetPlace['node'];
  readonly #app: string;
  readonly #jobs = new Map<string, Promise<readonly JobName[]>>();

  constructor({ node, app }: TargetPlace) {
    this.#node = node;
    this.#app = app;
  }

  /** What a word names: of all that it can mean the first that there is. @throws GafferError `forbidden` where it can mean what one may not see */
  async find<Kind extends Target['kind']>(word: string, kinds: readonly Kind[]): Promise<(Target & { kind: Kind }) | undefined> {
    const hidden: Hidden[] = [];
    let hasLooked = false;
    for (const reading of readingsOf(word, this.#app).filter((one) => kinds.some((kind) => kind === kindOf(one)))) {
      try {
        const target = await this.#existing(reading);
        if (target !== undefined) {
          return target as Target & { kind: Kind };
        }
        hasLooked = true;
      } catch (error) {
        hidden.push({ reading, error: expectForbidden(error) });
      }
    }
    const meant = mostLikely(hidden, hasLooked);
    if (meant !== undefined) {
      throw meant.error;
    }
    return undefined;
  }

  /** The jobs of a session; none where there is no such session. */
  async jobs(session = this.#app): Promise<readonly JobName[]> {
    const known = this.#jobs.get(session) ?? withoutMissing(seenJobs(this.#node, session)).then((jobs) => jobs ?? []);
    this.#jobs.set(session, known);
    return await known;
  }

  /** Behind the message that something is not there: what was probably meant, or what there is. @param kinds what a word can name there */
  async hint(word: string, kinds: readonly Target['kind'][] = ['job']): Promise<string> {
    const jobs = ((await withoutForbidden(this.jobs())) ?? []).map(({ job }) => job);
    if (jobs.length > 0 && /^\d+$/.test(word)) {
      return `; ${voice().lists} lists them`;
    }
    const [, front = word, slot = ''] = /^(.+?)(\.\d+)$/.exec(word) ?? [];
    const meant = closest(front, jobs);
    if (meant !== undefined && meant !== front) {
      return `; did you mean "${meant}${slot}"?`;
    }
    const elsewhere = await this.#meantElsewhere(word, kinds);
    if (elsewhere !== undefined) {
      return `; did you mean "${elsewhere}"?`;
    }
    if (jobs.length === 0) {
      return this.appHint(this.#app);
    }
    return meant === front && slot !== '' ? `; ${voice().lists} lists them` : ` (there ${jobs.length === 1 ? 'is' : 'are'} ${someOf(jobs)})`;
  }

  /** Which application was meant, or which job of another one; undefined where none is near, or one may not see it. */
  async #meantElsewhere(word: string, kinds: readonly Target['kind'][]): Promise<string | undefined> {
    const sessions = (await withoutForbidden(this.#node.sessions())) ?? [];
    const [, front, job = '', slot = ''] = /^([^./]+)[./](.+?)(\.\d+)?$/s.exec(word) ?? [];
    const session = closest(front ?? word, sessions);
    if (front === undefined || session === undefined) {
      return kinds.includes('app') ? session : undefined;
    }
    const jobs = (await withoutForbidden(this.jobs(session))) ?? [];
    const meant = closest(
      job,
      jobs.map((one) => one.job),
    );
    const name = meant === undefined ? undefined : `${session}.${meant}${slot}`;
    return name === word ? undefined : name;
  }

  /** Behind the message that an application is not there. */
  async appHint(app: string): Promise<string> {
    const sessions = await withoutForbidden(this.#node.sessions());
    if (sessions === undefined) {
      return ''; // that is not told to everybody
    }
    const meant = closest(app, sessions);
    if (meant !== undefined && meant !== app) {
      return `; did you mean "${meant}"?`;
    }
    return sessions.length === 0
      ? `: nothing is; ${voice().loads} loads it`
      : ` (there ${sessions.length === 1 ? 'is' : 'are'} ${someOf(sessions)})${voice().otherApp}`;
  }

  async #existing(reading: Reading): Promise<Target | undefined> {
    switch (reading.kind) {
      case 'app':
        return (await this.jobs(reading.session)).length > 0 ? reading : undefined;
      case 'job':
        return (await this.#has(reading.job)) ? reading : undefined;
      case 'process':
        return (await withoutMissing(this.#node.processInfo(reading.pid))) === undefined ? undefined : reading;
      case 'instance': {
        const pid = (await this.#has(reading.job)) ? await withoutMissing(this.#node.pidOf(reading.job, reading.slot)) : undefined;
        return pid === undefined ? undefined : { kind: 'process', pid };
      }
    }
  }

  async #has(job: JobName): Promise<boolean> {
    const name = formatJobName(job);
    const jobs = await withoutForbidden(this.jobs(job.session));
    if (jobs === undefined) {
      return (await withoutMissing(this.#node.jobInfo(job))) !== undefined; // it may be all that one may see
    }
    return jobs.some((one) => one.session === job.session && formatJobName(one) === name);
  }
}

/** Something that a word can mean, and that one may not see. */
interface Hidden {
  readonly reading: Reading;
  readonly error: GafferError;
}

/**
 * Which of the things that a word can mean, and that one may not see, was meant. One whose jobs one sees has rather mistyped one of
 * those than named another application: then it is none.
 */
function mostLikely(hidden: readonly Hidden[], hasLooked: boolean): Hidden | undefined {
  const possible = hidden.filter(({ reading }) => !hasLooked || !isFarFetched(reading));
  return possible.find(({ reading }) => reading.kind === 'process') ?? possible.findLast(({ reading }) => reading.kind !== 'app') ?? possible[0];
}

/** A word alone as an application, and `web.2` as a job `2` of the application `web`. */
function isFarFetched(reading: Reading): boolean {
  return reading.kind === 'app' || (reading.kind === 'job' && /^\d+$/.test(reading.job.job));
}

/** The names of a session's jobs: of those to whoever manages it, to others as far as they may read it. */
async function seenJobs(node: TargetPlace['node'], session: string): Promise<readonly JobName[]> {
  return (await withoutForbidden(node.jobs(session))) ?? (await node.overview(session)).map(({ name }) => parseJobName(name));
}

function kindOf({ kind }: Reading): Target['kind'] {
  return kind === 'instance' ? 'process' : kind;
}

/** The answer; undefined where what is asked about is not there. */
async function withoutMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  return await without(['session_not_found', 'job_not_found', 'process_not_found'], answer);
}

/** The answer; undefined where the key does not allow it. */
async function withoutForbidden<T>(answer: Promise<T>): Promise<T | undefined> {
  return await without(['forbidden'], answer);
}

async function without<T>(codes: readonly GafferError['code'][], answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GafferError && codes.includes(error.code)) {
      return undefined;
    }
    throw error;
  }
}

function expectForbidden(error: unknown): GafferError {
  if (error instanceof GafferError && error.code === 'forbidden') {
    return error;
  }
  throw error;
}
