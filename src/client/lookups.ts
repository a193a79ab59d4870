import { GafferError, messageOf } from '../errors.ts';
import type { LocatedJob, LocatedSession } from '../protocol/lookup-answer.ts';
import type { LookupNode, LookupSource } from '../protocol/lookup-event.ts';
import { Lookup, type LookupOptions } from './lookup.ts';
import { jobsOf, mergedJobs, mergedNodes, sessionsOf } from './lookup-merge.ts';

/** A lookupd that could not be asked. */
export interface LookupFailure {
  /** Where it is, for people. */
  readonly endpoint: string;
  readonly error: GafferError;
}

/** What several lookupds have answered, as one answer. */
export interface LookupResult<T> {
  readonly answer: T;
  /** Those whose answers are not in it. */
  readonly failures: readonly LookupFailure[];
}

/** Asks several lookupds as one: all at once, and those that can be reached answer. What one alone answers stays as it is. */
export class Lookups {
  readonly all: readonly Lookup[];

  /** @throws GafferError `bad_usage` for what is no endpoint */
  constructor(options: readonly LookupOptions[]) {
    const byEndpoint = new Map(options.map((one) => new Lookup(one)).map((lookup) => [lookup.endpoint, lookup]));
    this.all = [...byEndpoint.values()];
  }

  /** The nodes that any of them knows. @throws GafferError when none of them can be asked; so do all others */
  async nodes(): Promise<LookupResult<readonly LookupNode[]>> {
    return await this.#ask(
      (lookup) => lookup.nodes(),
      (answers) => (this.all.length === 1 ? answers.flat() : mergedNodes(answers)),
    );
  }

  /** Every job, and where it runs. */
  async jobs(): Promise<LookupResult<readonly LocatedJob[]>> {
    return await this.#locate((lookup, choices) => lookup.jobs(choices));
  }

  /** Every session, its jobs and where they run; of all nodes, or those of one name. */
  async sessions(node?: string): Promise<LookupResult<readonly LocatedSession[]>> {
    const { answer, failures } = await this.#locate(async (lookup, choices) => jobsOf(await lookup.sessions(node, choices)));
    return { answer: sessionsOf(answer), failures };
  }

  /** Where a job runs, by its full name. */
  async findJob(name: string): Promise<LookupResult<readonly LookupSource[]>> {
    const { answer, failures } = await this.#locate(async (lookup, choices) => [{ name, sources: await lookup.findJob(name, choices) }]);
    return { answer: answer.flatMap(({ sources }) => sources), failures };
  }

  /** The jobs of a session, and where they run. */
  async findSession(session: string): Promise<LookupResult<readonly LocatedJob[]>> {
    return await this.#locate((lookup, choices) => lookup.findSession(session, choices));
  }

  /** A failure of one of them; where there are several it says whose it is. */
  failureOf({ endpoint }: Lookup, error: GafferError): GafferError {
    const isClear = this.all.length === 1 || error.message.includes(endpoint);
    return isClear ? error : new GafferError(error.code, `${endpoint}: ${error.message}`, { cause: error });
  }

  close(): void {
    for (const lookup of this.all) {
      lookup.close();
    }
  }

  /** Asks for jobs. Of several the nodes are asked for first: who does not tell of a node's job may know better that it is not there. */
  async #locate(
    ask: (lookup: Lookup, choices: { readonly isDated: boolean }) => Promise<readonly LocatedJob[]>,
  ): Promise<LookupResult<readonly LocatedJob[]>> {
    if (this.all.length === 1) {
      return await this.#ask(
        (lookup) => ask(lookup, { isDated: false }),
        (answers) => answers.flat(),
      );
    }
    const isDated = true;
    return await this.#ask(async (lookup) => ({ nodes: await lookup.nodes({ isDated }), jobs: await ask(lookup, { isDated }) }), mergedJobs);
  }

  async #ask<T, R>(ask: (lookup: Lookup) => Promise<T>, merge: (answers: readonly T[]) => R): Promise<LookupResult<R>> {
    const settled = await Promise.all(
      this.all.map(async (lookup) => {
        try {
          return { value: await ask(lookup) };
        } catch (error) {
          return { failure: { endpoint: lookup.endpoint, error: this.failureOf(lookup, expectGafferError(error)) } };
        }
      }),
    );
    const values = settled.flatMap((one) => ('value' in one ? [one.value] : []));
    const failures = settled.flatMap((one) => ('failure' in one ? [one.failure] : []));
    if (values.length === 0) {
      throw failureOfAll(failures.map(({ error }) => error));
    }
    return { answer: merge(values), failures };
  }
}

/** @throws whatever else it is */
function expectGafferError(error: unknown): GafferError {
  if (error instanceof GafferError) {
    return error;
  }
  throw error;
}

/** The failure of all of them: each has a line. */
export function failureOfAll([first, ...others]: readonly GafferError[]): GafferError {
  if (first === undefined) {
    return new GafferError('bad_usage', 'expected a lookupd to ask, got none');
  }
  return others.length === 0 ? first : new GafferError(first.code, [first, ...others].map(messageOf).join('\n'), { cause: first });
}
