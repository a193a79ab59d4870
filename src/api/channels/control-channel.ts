import { type ClientMessage, commandError, commandSuccess, invalidMessage, parseClientMessage } from '../../protocol/channel-message.ts';
import { parseJsonText } from '../json-body.ts';
import type { BodyValidator } from '../validate.ts';
import { runCommand } from './commands.ts';
import { Outbox } from './outbox.ts';
import { CLOSE, type Peer } from './peer.ts';
import { type SubscriptionContext, Subscriptions } from './subscriptions.ts';

/** What control channels are served with. */
export interface ControlContext extends SubscriptionContext {
  readonly bodies: BodyValidator;
  /** Takes note of what fails after it was answered, and of what should not happen. */
  warn(message: string, error: unknown): void;
  /** Takes note of messages that are left out for slow readers. */
  dropped(count: number): void;
}

/** Messages that may wait for those before them; then nothing more is read, and one that sends more all the same is sent away. */
const MOST_WAITING = 64;
const TOO_MANY_WAITING = 10_000;

/** One control channel, over whatever transport: subscriptions and commands of one client. */
export class ControlChannel {
  readonly #context: ControlContext;
  readonly #peer: Peer;
  readonly #outbox: Outbox;
  readonly #subscriptions: Subscriptions;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #isClosed = false;
  #release: () => void = () => undefined;

  constructor(context: ControlContext, peer: Peer) {
    this.#context = context;
    this.#peer = peer;
    this.#outbox = new Outbox(peer, (count) => context.dropped(count));
    this.#subscriptions = new Subscriptions(context, this.#outbox);
  }

  /** Takes a message of the client. They are begun in their order. */
  receive(text: string): void {
    if (this.#isClosed || text === '') {
      return;
    }
    const done = this.#begin();
    this.#last = this.#last
      .then(() => (this.#isClosed ? undefined : this.#handle(text)))
      .catch((error: unknown) => this.#context.warn('a message of a control channel failed', error))
      .finally(done);
  }

  /** The client is gone: nothing is left of it. */
  close(): void {
    this.#isClosed = true;
    this.#outbox.close();
    this.#subscriptions.close();
  }

  /** Something that takes its time begins: with much of that the client is read from no more until it is done. */
  #begin(): () => void {
    this.#waiting += 1;
    if (this.#waiting === MOST_WAITING) {
      this.#release = this.#peer.hold();
    } else if (this.#waiting > TOO_MANY_WAITING) {
      this.close();
      this.#peer.close(CLOSE.policy, 'you send faster than it can be done');
    }
    return () => {
      this.#waiting -= 1;
      if (this.#waiting < MOST_WAITING) {
        this.#release();
      }
    };
  }

  async #handle(text: string): Promise<void> {
    const message = parseClientMessage(text, parseJsonText);
    switch (message.kind) {
      case 'nop':
      case 'auth': // without keys everybody may
        return;
      case 'invalid':
        this.#outbox.say(invalidMessage(message));
        return;
      case 'subscribe':
        await this.#subscriptions.add(message.topic, message.options);
        return;
      case 'unsubscribe':
        this.#subscriptions.remove(message.topic);
        return;
      case 'command':
        await this.#command(message);
    }
  }

  async #command({ id, name, args, kwargs }: ClientMessage & { readonly kind: 'command' }): Promise<void> {
    const { node, bodies } = this.#context;
    const failedLater = (error: unknown): void => this.#context.warn(`the command ${name} failed after it was answered`, error);
    const { begun, result } = runCommand({ node, bodies, name, args, kwargs, failedLater });
    const done = this.#begin();
    void result
      .then(
        (value) => this.#outbox.say(commandSuccess(id, value)),
        (error: unknown) => this.#outbox.say(commandError(id, error)),
      )
      .finally(done);
    await begun.catch(() => undefined); // it is answered above
  }
}
