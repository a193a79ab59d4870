import { FOUND_NODE_ADVICE } from '../../client/advice.ts';
import type { LookupResult, Lookups } from '../../client/lookups.ts';
import { RemoteNode } from '../../client/remote-node.ts';
import { GafferError } from '../../errors.ts';
import type { LookupNode } from '../../protocol/lookup-event.ts';
import { closest } from '../../suggestion.ts';
import { complain } from '../complain.ts';
import type { Connection } from '../connection.ts';
import { openLookups } from '../lookup-options.ts';
import { appOf, type NodeFlagValues, remoteOptions } from '../node-options.ts';
import { type Reading, readingsOf } from '../reading.ts';
import { someOf } from '../some-of.ts';
import { expectChosen, type KnownNode, type LabelledNode, labelled } from './choose.ts';
import { type LocatedNode, locatedNode } from './located-node.ts';
import { expectReachable } from './reachable.ts';

/** One of several nodes that hangs keeps the others waiting, so it gets less time. In seconds. */
const TIMEOUT = '10';

/** Finds the nodes that a command is about, through lookupd servers. */
export class NodeFinder {
  /** The application that is meant. */
  readonly app: string;
  readonly #flags: NodeFlagValues;
  readonly #lookups: Lookups;
  readonly #sessions: readonly string[];
  /** By origin. */
  readonly #nodes = new Map<string, RemoteNode>();
  /** Lookupd servers that were said to be away. */
  readonly #away = new Set<string>();

  /** @param words what of the command line can name another application */
  static async open(flags: NodeFlagValues, words: readonly string[] = []): Promise<NodeFinder> {
    return new NodeFinder(flags, await openLookups(flags), words);
  }

  private constructor(flags: NodeFlagValues, lookups: Lookups, words: readonly string[]) {
    this.app = appOf(flags, undefined);
    this.#flags = flags;
    this.#lookups = lookups;
    this.#sessions = [...new Set([this.app, ...words.flatMap((word) => readingsOf(word, this.app).flatMap(sessionOf))])];
  }

  /** The lookupd servers that are asked, for people. */
  get place(): string {
    return this.#lookups.all.map(({ endpoint }) => endpoint).join(', ');
  }

  /** The nodes that run the application and are chosen. @throws GafferError where there is none, or no lookupd can be asked */
  async find(): Promise<readonly LocatedNode[]> {
    const running = await this.running();
    const apps = this.#sessions.map((session) => `'${session}'`).join(' or ');
    if (running.length === 0) {
      throw new GafferError('session_not_found', `no node that ${this.place} knows runs ${apps}${await this.#hint()}`);
    }
    return await this.#located(expectChosen(running, this.#flags.node ?? [], `run ${apps}`));
  }

  /** The nodes that are named by `--node`, whatever they run. @throws GafferError where a word names none */
  async findNamed(): Promise<readonly LocatedNode[]> {
    const nodes = this.#answerOf(await this.#lookups.nodes());
    return await this.#located(expectChosen(labelled(nodes.flatMap(identified)), this.#flags.node ?? [], 'are known'));
  }

  /** All nodes that run the application. */
  async running(): Promise<readonly LabelledNode[]> {
    const found = new Map<string, KnownNode>();
    for (const session of this.#sessions) {
      const jobs = this.#answerOf(await this.#lookups.findSession(session));
      for (const node of jobs.flatMap(({ sources }) => sources.flatMap(({ node_info: info }) => identified(info)))) {
        found.set(`${node.name} ${node.origin}`, node);
      }
    }
    return labelled([...found.values()]);
  }

  /** No more nodes are looked for; those that were found stay as they are. */
  closeLookups(): void {
    this.#lookups.close();
  }

  close(): void {
    this.closeLookups();
    for (const node of this.#nodes.values()) {
      node.close();
    }
  }

  /** What was registered under two names is one node all the same: nothing is to be done to it twice. */
  async #located(nodes: readonly LabelledNode[]): Promise<readonly LocatedNode[]> {
    const byOrigin = new Map(nodes.toReversed().map((node) => [node.origin, node]));
    const once = nodes.filter((node) => byOrigin.get(node.origin) === node);
    return await Promise.all(once.map(async (node) => locatedNode(node, await this.#connectionTo(node).catch(expectGafferError))));
  }

  async #connectionTo({ label, origin }: LabelledNode): Promise<Connection> {
    expectReachable(
      origin,
      this.#lookups.all.map(({ endpoint }) => endpoint),
    );
    const node =
      this.#nodes.get(origin) ??
      new RemoteNode({
        comesBack: true,
        ...(await remoteOptions({ timeout: TIMEOUT, ...this.#flags, endpoint: origin })),
        advice: { ...FOUND_NODE_ADVICE, keySource: `gaffer login --endpoint ${origin} gets one` },
      });
    this.#nodes.set(origin, node);
    return { node, app: this.app, local: undefined, label };
  }

  #answerOf<T>({ answer, failures }: LookupResult<T>): T {
    for (const { endpoint, error } of failures.filter((failure) => !this.#away.has(failure.endpoint))) {
      this.#away.add(endpoint);
      complain(`${error.message} (the other lookupd servers are asked)`);
    }
    return answer;
  }

  async #hint(): Promise<string> {
    const sessions = (await this.#lookups.sessions()).answer.map(({ sessionid }) => sessionid);
    const meant = closest(this.app, sessions);
    if (meant !== undefined && meant !== this.app) {
      return `; did you mean "${meant}"?`;
    }
    return sessions.length === 0 ? ': they run nothing' : ` (there ${sessions.length === 1 ? 'is' : 'are'} ${someOf(sessions)}); --app names another`;
  }
}

/** The application that a reading is of. */
function sessionOf(reading: Reading): readonly string[] {
  switch (reading.kind) {
    case 'process':
      return [];
    case 'job':
    case 'instance':
      return [reading.job.session];
    case 'app':
      return [reading.session];
  }
}

/** A node that has said who it is. */
function identified({ name, origin }: LookupNode): readonly KnownNode[] {
  return name === null || origin === null ? [] : [{ name, origin }];
}

/** @throws whatever else it is */
function expectGafferError(error: unknown): GafferError {
  if (error instanceof GafferError) {
    return error;
  }
  throw error;
}
