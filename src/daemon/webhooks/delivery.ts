import { createHash, randomUUID } from 'node:crypto';
import { signatureOf } from '../../protocol/hook-signature.ts';
import type { Hook, HookTally } from './hook.ts';
import type { HookRequest } from './http-sender.ts';

/** What a receiver is told. */
export interface HookMessage {
  /** The event's name. */
  readonly event: string;
  /** JSON. */
  readonly body: string;
  /** The number of the event; undefined for what is none. */
  readonly seq?: number;
}

/** What is said with a message when it is sent. */
export interface SendingNotes {
  readonly userAgent: string;
  /** Seconds since the epoch. */
  readonly seconds: number;
  /** How many events the receiver has not got since the last one that it has. */
  readonly missed: number;
}

/** A message on its way to one address, for one hook or several. */
export class Delivery {
  /** The same over all tries, also those of a successor of this gafferd; made for the first one, as most that wait for a dead receiver never come to it. */
  #id: string | undefined;
  readonly #message: HookMessage;
  #hooks: readonly Hook[];

  constructor(message: HookMessage, hooks: readonly Hook[]) {
    this.#message = message;
    this.#hooks = hooks;
    this.count((tally) => {
      tally.waiting += 1;
    });
  }

  /** The number of the event; undefined for what is none. */
  get seq(): number | undefined {
    return this.#message.seq;
  }

  /** Those who want it. */
  get hooks(): readonly Hook[] {
    return this.#hooks;
  }

  /** Counts for each of the hooks. */
  count(change: (tally: HookTally) => void): void {
    for (const { tally } of this.#hooks) {
      change(tally);
    }
  }

  /** The same as {@link Delivery.count}, where it waits no longer. */
  settle(change: (tally: HookTally) => void): void {
    this.count((tally) => {
      tally.waiting -= 1;
      change(tally);
    });
  }

  /** A hook is gone; tells whether any is left. */
  withdraw(hook: Hook): boolean {
    this.#hooks = this.#hooks.filter((one) => one !== hook);
    return this.#hooks.length > 0;
  }

  /** What is sent, signed with the secret of each hook that has one. */
  request({ userAgent, seconds, missed }: SendingNotes): HookRequest {
    const { event, body, seq } = this.#message;
    this.#id ??= seq === undefined ? randomUUID() : uuidOf(`${this.#hooks[0]?.url} ${body}`);
    const secrets = [...new Set(this.#hooks.flatMap(({ secret }) => (secret === undefined ? [] : [secret])))];
    return {
      headers: {
        'content-type': 'application/json',
        'user-agent': userAgent,
        'x-gaffer-event': inAscii(event),
        'x-gaffer-delivery': this.#id,
        ...(secrets.length > 0 && { 'x-gaffer-signature': signatureOf({ secrets, seconds, body }) }),
        ...(missed > 0 && { 'x-gaffer-dropped': String(missed) }),
      },
      body,
    };
  }
}

/** A UUID (version 8) that is always the same for a text. */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** The names of jobs may have any characters, headers may not: the others are written as in an address, `%20`. */
function inAscii(text: string): string {
  return text.replaceAll(/[^!-$&-~]/gu, (char) =>
    [...Buffer.from(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
