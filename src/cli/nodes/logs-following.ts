import { setTimeout as sleep } from 'node:timers/promises';
import { GafferError } from '../../errors.ts';
import { complain } from '../complain.ts';
import type { End } from '../ending.ts';
import { followLog } from '../log-following.ts';
import type { LogChoices } from '../logs.ts';
import type { LogWriter, LogWriters } from '../view/log-writer.ts';
import { troubleText } from './ask-each.ts';
import { JointBeginning } from './joint-beginning.ts';
import type { LocatedNode } from './located-node.ts';
import type { NodeFinder } from './node-finder.ts';
import { type NodeLog, readLogs } from './node-logs.ts';
import { PartEnding } from './part-ending.ts';

/** What is followed, and where it goes. */
export interface LogsFollowingOptions {
  readonly finder: NodeFinder;
  /** What was named on the command line. */
  readonly word: string | undefined;
  readonly choices: LogChoices;
  readonly writers: LogWriters;
  readonly end: End;
}

/** How often is asked whether more nodes have come to run what is followed. */
const LOOK_MS = 2000;

/** Follows the logs of several nodes as one, also of those that come to run the application, or come into reach, meanwhile. */
export class LogsFollowing {
  readonly #options: LogsFollowingOptions;
  /** The origins of the nodes that are followed, and of those whose log has come to its end. */
  readonly #known = new Set<string>();
  #running = 0;
  #isComplete = true;

  constructor(options: LogsFollowingOptions) {
    this.#options = options;
  }

  /** Resolves with the exit code. @param logs what the nodes have of before */
  async run(logs: readonly NodeLog[]): Promise<number> {
    const { end, writers } = this.#options;
    this.#follow(logs);
    void this.#lookForMore();
    const code = await end.reached;
    await end.flushed(writers.finish());
    return code || Number(!this.#isComplete);
  }

  #follow(logs: readonly NodeLog[]): void {
    const { writers } = this.#options;
    const ofNodes = logs.map(({ node }) => writers.of(node.label));
    const joint = new JointBeginning(
      logs.map(({ recent }) => recent.length),
      (log, entry) => ofNodes[log]?.write(entry),
    );
    for (const [index, log] of logs.entries()) {
      this.#known.add(log.node.origin);
      this.#running += 1;
      const writer = ofNodes[index] ?? writers.of(log.node.label);
      void this.#followOne(log, { ...writer, write: (entry) => joint.write(index, entry), finish: () => Promise.resolve() }).finally(() =>
        joint.leave(index),
      );
    }
  }

  async #followOne({ node, selection, recent, isAll }: NodeLog, writer: LogWriter): Promise<void> {
    const { word, choices, end } = this.#options;
    const part = new PartEnding(end);
    void sayWhenSilent(node, part.signal);
    try {
      await followLog(node.connection, { word, selection, recent, isAll, writer, end: part, patience: choices.patience });
    } catch (error) {
      if (!(error instanceof GafferError)) {
        throw error;
      }
      this.#isComplete = false;
      complain(troubleText({ node, answer: error }));
    }
    part.reach(0);
    this.#running -= 1;
    if (this.#running === 0) {
      end.reach(0);
    }
  }

  async #lookForMore(): Promise<void> {
    const { finder, word, choices, end } = this.#options;
    const paused = async (): Promise<boolean> => await sleep(LOOK_MS, true, { signal: end.signal }).catch(() => false);
    while (await paused()) {
      const nodes = await finder.find().catch(() => []); // lookupd servers may be away
      const strangers = nodes.filter(({ origin }) => !this.#known.has(origin));
      const { logs } = strangers.length === 0 ? NOTHING : await readLogs(strangers, word, choices).catch(() => NOTHING);
      this.#follow(logs);
    }
  }
}

const NOTHING = { logs: [] };

/** How often a node is asked whether it is there. */
const BEAT_MS = 2000;

/** Says when a node hangs, which its log does not tell from one that has nothing to say; a connection that is lost is told of elsewhere. */
async function sayWhenSilent({ label, connection: { node } }: LocatedNode, signal: AbortSignal): Promise<void> {
  let isSilent = false;
  const say = (now: boolean): void => {
    if (now !== isSilent && !signal.aborted) {
      isSilent = now;
      complain(now ? `${label} does not answer any more: what it writes may come later` : `${label} answers again`);
    }
  };
  while (await sleep(BEAT_MS, true, { signal }).catch(() => false)) {
    await node.ping().then(
      () => say(false),
      (error: unknown) => say(isSilent || (error instanceof GafferError && error.code === 'no_answer')),
    );
  }
}
