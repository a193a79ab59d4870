import { GafferError } from '../errors.ts';
import type { OutputPlace } from './frame.ts';
import { type Inventory, type Replayed, readInventory } from './inventory.ts';
import { decodeItems } from './message.ts';
import { type Answer, type News, PROTOCOL } from './protocol.ts';

/** What a keeper tells of the past, from the hello on until it begins with what is new. */
export class Arrival {
  /** Resolves when all of that is there. Rejects with `already_running`, `io_failed`. */
  readonly inventory: Promise<Inventory>;
  readonly #visit: string;
  #answers: readonly Answer[] | undefined;
  #replayed: Replayed[] = [];
  #resolve: (inventory: Inventory) => void = () => undefined;
  #reject: (error: GafferError) => void = () => undefined;

  constructor(visit: string) {
    this.#visit = visit;
    this.inventory = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Takes a message; answers whether it was the last one of the past. */
  message(message: Buffer): boolean {
    if (this.#answers === undefined) {
      this.#answers = decodeItems<Answer & { readonly bytes: Uint8Array }>(Buffer.from(message));
      this.#judge(this.#answers[0]);
      return false;
    }
    const news = JSON.parse(message.toString()) as News;
    if (news.kind !== 'live' || news.visit !== this.#visit) {
      return false; // a predecessor was told of it, if anybody was
    }
    this.#resolve(readInventory(this.#answers, this.#replayed));
    return true;
  }

  #judge(answer: Answer | undefined): void {
    if (answer?.kind === 'busy') {
      this.fail(new GafferError('already_running', 'another gafferd has the processes of this state folder, and goes on: stop that one'));
    } else if (answer?.kind === 'foreign') {
      const other = `it speaks protocol ${answer.protocol}, this gafferd speaks ${PROTOCOL}`;
      this.fail(
        new GafferError(
          'io_failed',
          `the keeper of gafferd's processes is of another version (${other}): start the gafferd that has started it, and stop that`,
        ),
      );
    }
  }

  /** Takes output of the past. */
  output(place: OutputPlace, bytes: Buffer): void {
    this.#replayed.push({ ...place, bytes: Buffer.from(bytes) });
  }

  /** It does not come to that. */
  fail(error: GafferError): void {
    this.#reject(error);
  }
}
