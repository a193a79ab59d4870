import type { KeyRing } from '../daemon/accounts/key-ring.ts';
import { messageOf } from '../errors.ts';

/** How long a key that was deleted may still be used. */
const EVERY_MS = 1000;

/** Looks whether keys are deleted by somebody else, as `--delete-key` does it, so that whoever uses them is cut off. */
export class KeyWatch {
  readonly #timer: NodeJS.Timeout;

  /** @param warn is told when the keys can't be read, once until they can */
  constructor(keys: Pick<KeyRing, 'refresh'>, warn: (message: string) => void, everyMs = EVERY_MS) {
    let isReadable = true;
    this.#timer = setInterval(() => {
      try {
        keys.refresh();
        isReadable = true;
      } catch (error) {
        if (isReadable) {
          warn(messageOf(error));
        }
        isReadable = false;
      }
    }, everyMs);
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
