import { shownUrl } from '../../protocol/hook-url.ts';
import type { LookupdInfo } from '../../protocol/lookupd-info.ts';
import type { Clock } from '../../supervisor/clock.ts';
import { Conversation, type NodeIdentity } from './conversation.ts';
import type { NodeInventory } from './inventory.ts';
import type { LookupJournal } from './journal.ts';
import type { LookupLink, OpenLink } from './link.ts';
import { pauseMsAfter, type RegistrationTimes } from './pauses.ts';

/** What a registration is made of. */
export interface RegistrationOptions {
  readonly address: string;
  readonly identity: NodeIdentity;
  readonly inventory: NodeInventory;
  readonly openLink: OpenLink;
  readonly journal: LookupJournal;
  readonly clock: Clock;
  readonly times: RegistrationTimes;
  /** From 0 up to 1. */
  readonly random: () => number;
}

type State =
  | { readonly kind: 'waiting'; readonly cancel: () => void }
  | { readonly kind: 'connecting'; readonly link: LookupLink; readonly conversation: Conversation; readonly cancel: () => void }
  | { readonly kind: 'connected'; readonly link: LookupLink; readonly conversation: Conversation; readonly sinceMs: number }
  | { readonly kind: 'ended' };

/** This node at one lookupd: connects, tells everything, and begins anew whenever that is lost. Nobody ever waits for it. */
export class Registration {
  readonly #options: RegistrationOptions;
  #state: State = { kind: 'ended' };
  /** Since when it is registered, or is not. */
  #sinceMs: number;
  #lastError: string | undefined;
  /** How many have failed since it went well. */
  #tries = 0;

  /** Begins. */
  constructor(options: RegistrationOptions) {
    this.#options = options;
    this.#sinceMs = options.clock.wallTime();
    this.#connect();
  }

  /** How it is. */
  get info(): LookupdInfo {
    const state = this.#state;
    const counts = 'conversation' in state ? state.conversation.counts : { jobs: 0, processes: 0 };
    const { address, identity } = this.#options;
    return {
      address: shownUrl(address),
      name: identity.name,
      origin: identity.origin,
      state: state.kind === 'ended' ? 'waiting' : state.kind,
      since: this.#sinceMs / 1000,
      last_error: this.#lastError ?? null,
      ...counts,
    };
  }

  /** Something else is true of a job. */
  note(job: string): void {
    if ('conversation' in this.#state) {
      this.#state.conversation.note(job);
    }
  }

  /** Tries at once where it waits to try again. */
  hurry(): void {
    if (this.#state.kind === 'waiting') {
      this.#state.cancel();
      this.#connect();
    }
  }

  /** Says good-bye: the lookupd forgets the node then. Resolves when the connection is gone. */
  async close(): Promise<void> {
    const link = this.#leave();
    await link?.close();
  }

  #connect(): void {
    const { clock, identity, inventory, openLink, times } = this.#options;
    const { beatMs, connectMs } = times;
    const link = openLink({
      onOpen: () => conversation.begin(),
      onMessage: (text) => conversation.hear(text),
      onEnd: (reason) => this.#failed(reason),
    });
    const conversation = new Conversation({
      ...{ identity, inventory, clock, beatMs },
      send: (text) => link.send(text),
      onIdentified: () => cancel(),
      onComplete: () => this.#complete(link, conversation),
      onRefused: (problem) => this.#options.journal.refused(problem),
      onFail: (reason) => this.#failed(reason),
    });
    const cancel = clock.after(connectMs, () => this.#failed(`it has not answered within ${connectMs / 1000} s`));
    this.#state = { kind: 'connecting', link, conversation, cancel };
  }

  #complete(link: LookupLink, conversation: Conversation): void {
    const { clock, journal } = this.#options;
    this.#state = { kind: 'connected', link, conversation, sinceMs: clock.now() };
    this.#sinceMs = clock.wallTime();
    this.#lastError = undefined;
    journal.registered(conversation.counts);
  }

  #failed(reason: string): void {
    const { clock, journal, random, times } = this.#options;
    const before = this.#state;
    const wasRegistered = before.kind === 'connected';
    this.#leave()?.breakOff();
    if (wasRegistered) {
      this.#sinceMs = clock.wallTime();
      this.#tries = clock.now() - before.sinceMs >= times.steadyMs ? 0 : this.#tries;
    }
    this.#tries += 1;
    this.#lastError = reason;
    this.#state = { kind: 'waiting', cancel: clock.after(pauseMsAfter(this.#tries, random(), times.longestPauseMs), () => this.#connect()) };
    journal.failed(reason, { wasRegistered });
  }

  /** Lets go of what there is; the link, if there is one, is to be closed. */
  #leave(): LookupLink | undefined {
    const state = this.#state;
    this.#state = { kind: 'ended' };
    if ('cancel' in state) {
      state.cancel();
    }
    if ('conversation' in state) {
      state.conversation.end();
      return state.link;
    }
    return undefined;
  }
}
