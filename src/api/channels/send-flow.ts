import { GafferError } from '../../errors.ts';
import type { Unsubscribe } from '../../job/node.ts';
import type { Peer } from './peer.ts';

/** As many pieces may wait for processes to take them; then nothing more is read from whoever sends them. */
const MOST_WAITING = 64;

/** How long that lasts while no process takes anything: whoever sends may want to say something else. */
const STALL_MS = 1000;

/** With so many nothing more is taken, whatever was read before. */
const TOO_MANY_WAITING = 1024;

/** What one client has sent to processes and they have not taken yet. The client waits with them, but not for one that does not read at all. */
export class SendFlow {
  readonly #peer: Pick<Peer, 'hold'>;
  #waiting = 0;
  #isStuck = false;
  #release: Unsubscribe | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(peer: Pick<Peer, 'hold'>) {
    this.#peer = peer;
  }

  /** Another piece; the returned call says that it is taken. @throws GafferError `stream_busy` */
  begin(): () => void {
    if (this.#waiting >= (this.#isStuck ? MOST_WAITING : TOO_MANY_WAITING)) {
      throw new GafferError('stream_busy', `the process does not read: ${this.#waiting} pieces that you have sent wait already; try again later`);
    }
    this.#waiting += 1;
    this.#settle();
    return () => {
      this.#waiting -= 1;
      this.#isStuck = false;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#settle();
    };
  }

  /** Nobody is there any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#release?.();
  }

  #settle(): void {
    if (this.#waiting < MOST_WAITING || this.#isStuck) {
      this.#release?.();
      this.#release = undefined;
    } else {
      this.#release ??= this.#peer.hold();
      this.#timer ??= setTimeout(() => {
        this.#isStuck = true;
        this.#settle();
      }, STALL_MS);
    }
  }
}
