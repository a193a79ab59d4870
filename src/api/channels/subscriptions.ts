import { needOfTopic } from '../../access/topic-need.ts';
import { GafferError } from '../../errors.ts';
import { parseJobName } from '../../job/name.ts';
import type { GafferNode, Unsubscribe } from '../../job/node.ts';
import { type Members, subscriptionEnd, subscriptionError, subscriptionSuccess } from '../../protocol/channel-message.ts';
import { formatTopic, parseTopic, type Topic } from '../../protocol/topic.ts';
import type { Caller } from '../access/caller.ts';
import type { Outbox } from './outbox.ts';
import type { Message, Progress } from './peer.ts';
import { openTopic, type TopicContext, type TopicListener } from './topic-source.ts';

/** What subscriptions are made with. */
export interface SubscriptionContext extends TopicContext {
  /** Takes note that there is one more (1), or one less (-1). */
  subscribed(change: 1 | -1): void;
}

/** What one channel is subscribed to. */
interface Subscription {
  /** How often it was asked for. */
  count: number;
  end: Unsubscribe;
}

/** More than anybody can want to follow on one channel. */
const MOST = 10_000;

/** The subscriptions of one channel. Each topic is told once, however often it was asked for. */
export class Subscriptions {
  readonly #context: SubscriptionContext;
  readonly #outbox: Outbox;
  readonly #byTopic = new Map<string, Subscription>();
  #isClosed = false;

  constructor(context: SubscriptionContext, outbox: Outbox) {
    this.#context = context;
    this.#outbox = outbox;
  }

  /** Subscribes for somebody, and answers whether it could be. What is told comes behind the answer. */
  async add(caller: Caller, text: string, options: Members): Promise<void> {
    try {
      const topic = parseTopic(text);
      await expectTopic(this.#context.node, caller, topic);
      const key = formatTopic(topic);
      const known = this.#byTopic.get(key);
      if (known === undefined) {
        await this.#open(key, text, options);
      } else {
        known.count += 1;
        this.#outbox.say(subscriptionSuccess(text));
      }
    } catch (error) {
      this.#outbox.say(subscriptionError(text, error));
    }
  }

  /** Takes back one subscription; also of a topic that there is none of. */
  remove(text: string): void {
    try {
      const key = formatTopic(parseTopic(text));
      const known = this.#byTopic.get(key);
      if (known !== undefined) {
        known.count -= 1;
        if (known.count === 0) {
          this.#byTopic.delete(key);
          known.end();
        }
      }
      this.#outbox.say(subscriptionSuccess(text));
    } catch (error) {
      this.#outbox.say(subscriptionError(text, error));
    }
  }

  /** Ends all. */
  close(): void {
    this.#isClosed = true;
    for (const { end } of this.#byTopic.values()) {
      end();
    }
    this.#byTopic.clear();
  }

  async #open(key: string, text: string, options: Members): Promise<void> {
    if (this.#byTopic.size >= MOST) {
      throw new GafferError('bad_request', `expected at most ${MOST} topics on one channel; open another one`);
    }
    const subscription: Subscription = { count: 1, end: () => undefined };
    const early = new EarlyNews(this.#outbox, () => {
      if (this.#byTopic.get(key) === subscription) {
        this.#byTopic.delete(key);
        subscription.end();
        this.#outbox.say(subscriptionEnd(text));
      }
    });
    const source = await openTopic(this.#context, { text, options, listener: early });
    this.#context.subscribed(1);
    const end = (): void => {
      this.#context.subscribed(-1);
      source.end();
    };
    if (this.#isClosed) {
      end();
      return;
    }
    subscription.end = end;
    this.#byTopic.set(key, subscription);
    this.#outbox.say(subscriptionSuccess(text, source.present));
    early.release();
  }
}

/** @throws GafferError `forbidden`, `process_not_found` when somebody may not be told the news of a topic */
async function expectTopic(node: GafferNode, caller: Caller, topic: Topic): Promise<void> {
  if (caller.holder === undefined) {
    return;
  }
  const need = await needOfTopic(topic, async (pid) => parseJobName((await node.processInfo(pid)).name));
  caller.expect(need);
}

/** Keeps news back until the subscription is answered. */
class EarlyNews implements TopicListener {
  readonly #outbox: Outbox;
  readonly #onEnd: () => void;
  #kept: (() => void)[] | undefined = [];

  constructor(outbox: Outbox, onEnd: () => void) {
    this.#outbox = outbox;
    this.#onEnd = onEnd;
  }

  get hasRoom(): boolean {
    return !this.#outbox.isFull;
  }

  watch(): Progress {
    return this.#outbox.watch();
  }

  tell(message: Message): void {
    this.#do(() => this.#outbox.tell(message));
  }

  leaveOut(): void {
    this.#do(() => this.#outbox.leaveOut());
  }

  pass(message: Message, sent: () => void): void {
    this.#do(() => this.#outbox.pass(message, sent));
  }

  end(): void {
    this.#do(() => this.#onEnd());
  }

  /** From now on news is told at once; what was kept goes first, all of it. */
  release(): void {
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    this.#outbox.entirely(() => {
      for (const tell of kept) {
        tell();
      }
    });
  }

  #do(tell: () => void): void {
    if (this.#kept === undefined) {
      tell();
    } else {
      this.#kept.push(tell);
    }
  }
}
