import { quoteText } from '../../finding.ts';
import { LOOKUP_PROTOCOL, type LookupMessage, type LookupRefusal } from '../../protocol/lookup-message.ts';
import type { Clock } from '../../supervisor/clock.ts';
import { readAnswer } from './answer.ts';
import { differenceOf } from './difference.ts';
import type { NodeInventory } from './inventory.ts';
import { quoteSaid } from './link-failure.ts';

/** Who a node is to lookupds. */
export interface NodeIdentity {
  readonly name: string;
  /** Its address. */
  readonly origin: string;
  /** Grows with each run of the node. */
  readonly generation: number;
}

/** What a conversation is led with. */
export interface ConversationOptions {
  readonly identity: NodeIdentity;
  readonly inventory: NodeInventory;
  readonly clock: Clock;
  /** How often the node shows that it is there. */
  readonly beatMs: number;
  send(text: string): void;
  /** The lookupd has taken who the node is. */
  onIdentified(): void;
  /** The lookupd has everything now. Told once. */
  onComplete(): void;
  /** A message was not taken; the others go on. */
  onRefused(problem: string): void;
  /** There is no sense in going on with this connection: why, as the end of a sentence. */
  onFail(reason: string): void;
}

/** That many beats without an answer, and nobody is there any more. */
const SILENT_BEATS = 2;

/** How many messages may wait for their answers: what is under way is bounded, however slow a lookupd reads. */
export const WINDOW = 500;

type State =
  | { readonly kind: 'identifying' }
  /** There are jobs of which the lookupd was not told all. */
  | { readonly kind: 'telling' }
  /** Each event is told as it comes. */
  | { readonly kind: 'following' }
  | { readonly kind: 'ended' };

/** What a node and a lookupd say to each other over one connection: who the node is, everything that it has, and then what changes. */
export class Conversation {
  readonly #options: ConversationOptions;
  /** What the lookupd was told. */
  readonly #told = new Map<string, ReadonlySet<number>>();
  /** Jobs of which something else may be true. */
  #changed = new Set<string>();
  /** What waits for its answer, by msgid, oldest first. */
  readonly #open = new Map<string, LookupMessage>();
  /** Jobs that the lookupd does not take. */
  readonly #refused = new Set<string>();
  #lastId = 0;
  #silentBeats = 0;
  #state: State = { kind: 'identifying' };
  /** The PING behind which the lookupd had everything for the first time. */
  #completing: string | undefined;
  #cancelBeat: () => void = () => undefined;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /** How many jobs and processes the lookupd was told of. */
  get counts(): { readonly jobs: number; readonly processes: number } {
    return { jobs: this.#told.size, processes: [...this.#told.values()].reduce((sum, { size }) => sum + size, 0) };
  }

  /** Says who the node is. */
  begin(): void {
    const { name, origin, generation } = this.#options.identity;
    this.#say({ type: 'IDENTIFY', name, origin, version: LOOKUP_PROTOCOL, generation });
  }

  /** Something else is true of a job, by the last event of the inventory. */
  note(job: string): void {
    const { kind } = this.#state;
    if (kind === 'following' && this.#hasRoom) {
      this.#tellJob(job, this.#options.inventory.seq);
    } else if (kind === 'following' || kind === 'telling') {
      this.#changed.add(job);
      this.#state = { kind: 'telling' };
    }
  }

  /** Takes what the lookupd says. */
  hear(text: string): void {
    const answer = this.#state.kind === 'ended' ? undefined : readAnswer(text);
    if (answer === 'none') {
      this.#fail(`it answers what no lookupd does: ${quoteSaid(text)}`);
    }
    if (answer === undefined || answer === 'none') {
      return;
    }
    this.#silentBeats = 0;
    const id = answer.msgid ?? [...this.#open.keys()][0] ?? ''; // what it could not read has no number: answers come in order
    const message = this.#open.get(id);
    this.#open.delete(id);
    if (message !== undefined) {
      if ('errno' in answer) {
        this.#takeRefusal(message, answer);
      } else {
        this.#takeOk(message, id);
      }
    }
    this.#goOn();
  }

  /** Says nothing more. */
  end(): void {
    this.#state = { kind: 'ended' };
    this.#cancelBeat();
  }

  get #hasRoom(): boolean {
    return this.#open.size < WINDOW;
  }

  #takeOk(message: LookupMessage, id: string): void {
    if (message.type === 'IDENTIFY') {
      this.#changed = new Set(this.#options.inventory.jobs.keys());
      this.#state = { kind: 'telling' };
      this.#beatLater();
      this.#options.onIdentified();
    } else if (id === this.#completing) {
      this.#options.onComplete();
    }
  }

  #takeRefusal(message: LookupMessage, refusal: LookupRefusal): void {
    const { errno } = refusal;
    if (message.type === 'IDENTIFY') {
      this.#fail(whyNotIdentified(this.#options.identity, refusal));
    } else if (message.type === 'PING' || this.#refused.has(message.job_name)) {
      // what is to be said of it was said
    } else if (errno === 404) {
      this.#fail('it does not know any more what it was told');
    } else if (errno !== 409 || message.type !== 'REGISTER_JOB') {
      this.#refused.add(message.job_name);
      this.#options.onRefused(`it does not take ${message.type} of ${quoteText(message.job_name)}: ${saidBy(refusal)}`);
    }
  }

  /** Tells what is still to be told, as far as there is room: little by little, so that answers can come meanwhile. */
  #goOn(): void {
    if (this.#state.kind !== 'telling' || this.#open.size > WINDOW / 2) {
      return;
    }
    for (const job of this.#changed) {
      if (!this.#hasRoom) {
        return;
      }
      this.#changed.delete(job);
      this.#tellJob(job);
    }
    const id = this.#say({ type: 'PING', seq: this.#options.inventory.seq });
    this.#completing ??= id;
    this.#state = { kind: 'following' };
  }

  /** Tells what is to be told of a job. @param seq the event that it comes of, where that is all that the lookupd did not know */
  #tellJob(job: string, seq?: number): void {
    const now = this.#options.inventory.jobs.get(job);
    for (const message of differenceOf(job, this.#told.get(job), now)) {
      this.#say(seq === undefined ? message : { ...message, seq });
    }
    if (now === undefined) {
      this.#told.delete(job);
      this.#refused.delete(job);
    } else {
      this.#told.set(job, new Set(now));
    }
  }

  #say(message: LookupMessage): string {
    this.#lastId += 1;
    const msgid = String(this.#lastId);
    this.#open.set(msgid, message);
    this.#options.send(JSON.stringify({ ...message, msgid }));
    return msgid;
  }

  #beatLater(): void {
    const { clock, beatMs } = this.#options;
    this.#cancelBeat = clock.after(beatMs, () => {
      if (this.#silentBeats >= SILENT_BEATS) {
        this.#fail(`it has not answered for ${(SILENT_BEATS * beatMs) / 1000} s`);
        return;
      }
      this.#silentBeats += 1;
      if (this.#hasRoom) {
        this.#say({ type: 'PING', ...(this.#state.kind === 'following' && { seq: this.#options.inventory.seq }) });
      }
      this.#beatLater();
    });
  }

  #fail(reason: string): void {
    this.end();
    this.#options.onFail(reason);
  }
}

function whyNotIdentified({ name, origin }: NodeIdentity, refusal: LookupRefusal): string {
  const who = `${quoteText(name)} at ${origin}`;
  switch (refusal.errno) {
    case 409:
      return `another node, or what is left of this one, is ${who} there: nodes of the same name need addresses of their own (--broadcast-address)`;
    case 401:
    case 403:
      return `its key does not let this node be ${who}: ${saidBy(refusal)}`;
    default:
      return `it does not take ${who}: ${saidBy(refusal)}`;
  }
}

function saidBy({ errno, reason, message }: LookupRefusal): string {
  const words = message ?? reason;
  return words === '' ? `it says ${errno}` : quoteSaid(words);
}
