import { GafferError } from '../../errors.ts';
import {
  authRequired,
  type ClientMessage,
  commandError,
  commandSuccess,
  invalidMessage,
  parseClientMessage,
} from '../../protocol/channel-message.ts';
import type { Caller } from '../access/caller.ts';
import type { Doorkeeper } from '../access/doorkeeper.ts';
import { parseJsonText } from '../json-body.ts';
import type { BodyValidator } from '../validate.ts';
import { runCommand } from './commands.ts';
import { Guest } from './guest.ts';
import { Inlet } from './inlet.ts';
import { Outbox } from './outbox.ts';
import { CLOSE, type Peer } from './peer.ts';
import { SendFlow } from './send-flow.ts';
import { type SubscriptionContext, Subscriptions } from './subscriptions.ts';

/** What control channels are served with. */
export interface ControlContext extends SubscriptionContext {
  readonly door: Doorkeeper;
  readonly bodies: BodyValidator;
  /** Takes note of what fails after it was answered, and of what should not happen. */
  readonly warn: (message: string, error: unknown) => void;
  /** Takes note of messages that are left out for slow readers. */
  readonly dropped: (count: number) => void;
}

/** One control channel, over whatever transport: subscriptions and commands of one client. */
export class ControlChannel {
  readonly #context: ControlContext;
  readonly #peer: Peer;
  readonly #guest: Guest;
  readonly #outbox: Outbox;
  readonly #subscriptions: Subscriptions;
  readonly #inlet: Inlet;
  readonly #sends: SendFlow;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** @param caller who has shown a key with the request */
  constructor(context: ControlContext, peer: Peer, caller: Caller | undefined) {
    this.#context = context;
    this.#peer = peer;
    this.#guest = new Guest({
      door: context.door,
      caller,
      sendAway: (error) => this.#sendAway(error),
    });
    this.#outbox = new Outbox(peer, (count) => context.dropped(count));
    this.#subscriptions = new Subscriptions(context, this.#outbox);
    this.#sends = new SendFlow(peer);
    this.#inlet = new Inlet(peer, () => {
      this.close();
      peer.close(CLOSE.policy, 'you send faster than it can be done');
    });
  }

  /** Takes a message of the client. They are begun in their order. */
  receive(text: string): void {
    if (this.#isClosed || text === '') {
      return;
    }
    const done = this.#inlet.begin(text.length);
    this.#last = this.#last
      .then(() => (this.#isClosed ? undefined : this.#handle(text)))
      .catch((error: unknown) => this.#context.warn('a message of a control channel failed', error))
      .finally(done);
  }

  /** The client is gone: nothing is left of it. */
  close(): void {
    this.#isClosed = true;
    this.#guest.close();
    this.#outbox.close();
    this.#subscriptions.close();
    this.#sends.close();
  }

  async #handle(text: string): Promise<void> {
    const message = parseClientMessage(text, parseJsonText);
    if (message.kind === 'auth') {
      this.#show(message.key);
      return;
    }
    const { caller } = this.#guest;
    if (caller === undefined) {
      this.#sendAway(new GafferError('unauthorized', 'expected a key first of all (AUTH:)'));
      return;
    }
    switch (message.kind) {
      case 'nop':
        return;
      case 'invalid':
        this.#outbox.say(invalidMessage(message));
        return;
      case 'subscribe':
        await this.#subscriptions.add(caller, message.topic, message.options);
        return;
      case 'unsubscribe':
        this.#subscriptions.remove(message.topic);
        return;
      case 'command':
        await this.#command(caller, message);
    }
  }

  /** The client may not stay. */
  #sendAway(error: GafferError): void {
    this.#outbox.say(authRequired(error));
    this.close();
    this.#peer.close(CLOSE.policy, error.word);
  }

  #show(secret: string): void {
    try {
      this.#guest.show(secret);
    } catch (error) {
      this.#sendAway(error as GafferError);
    }
  }

  async #command(caller: Caller, { id, name, args, kwargs }: ClientMessage & { readonly kind: 'command' }): Promise<void> {
    const { node, bodies, warn } = this.#context;
    const failedLater = (error: unknown): void => warn(`the command ${name} failed after it was answered`, error);
    const { begun, result } = runCommand({ node, caller, bodies, sends: this.#sends, name, args, kwargs, failedLater });
    void result.then(
      (value) => this.#outbox.say(commandSuccess(id, value)),
      (error: unknown) => {
        if (!(error instanceof GafferError)) {
          warn(`the command ${name} failed`, error);
        }
        this.#outbox.say(commandError(id, error));
      },
    );
    await begun.catch(() => undefined); // it is answered above
  }
}
