import { GafferError } from '../../errors.ts';
import { type ClientMessage, commandError, commandSuccess, invalidMessage, parseClientMessage } from '../../protocol/channel-message.ts';
import { parseJsonText } from '../json-body.ts';
import type { BodyValidator } from '../validate.ts';
import { runCommand } from './commands.ts';
import { Inlet } from './inlet.ts';
import { Outbox } from './outbox.ts';
import { CLOSE, type Peer } from './peer.ts';
import { SendFlow } from './send-flow.ts';
import { type SubscriptionContext, Subscriptions } from './subscriptions.ts';

/** What control channels are served with. */
export interface ControlContext extends SubscriptionContext {
  readonly bodies: BodyValidator;
  /** Takes note of what fails after it was answered, and of what should not happen. */
  readonly warn: (message: string, error: unknown) => void;
  /** Takes note of messages that are left out for slow readers. */
  readonly dropped: (count: number) => void;
}

/** One control channel, over whatever transport: subscriptions and commands of one client. */
export class ControlChannel {
  readonly #context: ControlContext;
  readonly #outbox: Outbox;
  readonly #subscriptions: Subscriptions;
  readonly #inlet: Inlet;
  readonly #sends: SendFlow;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(context: ControlContext, peer: Peer) {
    this.#context = context;
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
    this.#outbox.close();
    this.#subscriptions.close();
    this.#sends.close();
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
    const { node, bodies, warn } = this.#context;
    const failedLater = (error: unknown): void => warn(`the command ${name} failed after it was answered`, error);
    const { begun, result } = runCommand({ node, bodies, sends: this.#sends, name, args, kwargs, failedLater });
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
