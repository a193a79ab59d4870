import { GafferError } from '../errors.ts';
import { formatJobName, type JobName } from '../job/name.ts';
import type { GafferNode } from '../job/node.ts';
import { closest } from '../suggestion.ts';
import { type Reading, readingsOf } from './reading.ts';

/** Something that there is on a node. */
export type Target =
  | { readonly kind: 'job'; readonly job: JobName }
  | { readonly kind: 'process'; readonly pid: number }
  | { readonly kind: 'app'; readonly session: string };

/** What is asked for what the words of a command line name. */
export interface TargetPlace {
  readonly node: Pick<GafferNode, 'sessions' | 'jobs' | 'pidOf' | 'processInfo'>;
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

  /** What a word names: of all that it can mean the first that there is. */
  async find<Kind extends Target['kind']>(word: string, kinds: readonly Kind[]): Promise<(Target & { kind: Kind }) | undefined> {
    for (const reading of readingsOf(word, this.#app)) {
      const target = kinds.some((kind) => kind === kindOf(reading)) ? await this.#existing(reading) : undefined;
      if (target !== undefined) {
        return target as Target & { kind: Kind };
      }
    }
    return undefined;
  }

  /** The jobs of a session; none where there is no such session. */
  async jobs(session = this.#app): Promise<readonly JobName[]> {
    const known = this.#jobs.get(session) ?? withoutMissing(this.#node.jobs(session)).then((jobs) => jobs ?? []);
    this.#jobs.set(session, known);
    return await known;
  }

  /** Behind the message that something is not there: what was probably meant, or what there is. */
  async hint(word: string): Promise<string> {
    const jobs = (await this.jobs()).map(({ job }) => job);
    if (jobs.length === 0) {
      return this.appHint(this.#app);
    }
    if (/^\d+$/.test(word)) {
      return '; gaffer ps lists them';
    }
    const [, front = word, slot = ''] = /^(.+?)(\.\d+)$/.exec(word) ?? [];
    const meant = closest(front, jobs);
    if (meant !== undefined && meant !== front) {
      return `; did you mean "${meant}${slot}"?`;
    }
    return meant === front && slot !== '' ? '; gaffer ps lists them' : ` (there ${jobs.length === 1 ? 'is' : 'are'} ${someOf(jobs)})`;
  }

  /** Behind the message that an application is not there. */
  async appHint(app: string): Promise<string> {
    const sessions = await this.#node.sessions();
    const meant = closest(app, sessions);
    if (meant !== undefined && meant !== app) {
      return `; did you mean "${meant}"?`;
    }
    return sessions.length === 0
      ? ': nothing is; gaffer load loads it'
      : ` (there ${sessions.length === 1 ? 'is' : 'are'} ${someOf(sessions)}); --app names another`;
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
    return (await this.jobs(job.session)).some((one) => one.session === job.session && formatJobName(one) === name);
  }
}

function kindOf({ kind }: Reading): Target['kind'] {
  return kind === 'instance' ? 'process' : kind;
}

/** The answer; undefined where what is asked about is not there. */
async function withoutMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GafferError && ['session_not_found', 'job_not_found', 'process_not_found'].includes(error.code)) {
      return undefined;
    }
    throw error;
  }
}

const SOME = 8;

function someOf(names: readonly string[]): string {
  return names.length > SOME ? `${names.slice(0, SOME).join(', ')} and ${names.length - SOME} more` : names.join(', ');
}
