import type { ProcessStream, Unsubscribe } from '../job/node.ts';

/** Somebody who is sent what a process writes. */
export interface StreamReader {
  /** Sends a piece that is valid during the call only; `sent` is to be called when it has left this process. */
  send(chunk: Uint8Array, sent: () => void): void;
  /** The reader does not read: nothing more is to be sent to it. */
  stalled(): void;
  /**
   * Whether it has taken something since it was asked last, though nothing has left this process: systems keep megabytes
   * for a slow reader, and take more only when much of that is read. Undefined where that can't be told.
   */
  hasTaken?(): boolean | undefined;
  /** It is sent so much else that no more than a piece of this stream is to be under way. */
  readonly isCrowded?: boolean;
}

/** Bytes under way to a reader at which the process has to wait for it, and at which it may go on. */
const HIGH = 512 * 1024;
const LOW = 128 * 1024;

/** How often is looked whether a reader takes anything while the process waits for it. */
const LOOK_MS = 250;

/** After so many looks without anything a reader is asked about; it is given up; it is even where nothing can be told. */
const ASKED = 2;
const GIVEN_UP = 5;
const GIVEN_UP_UNSEEN = 41;

/**
 * Passes a stream on to a reader. The process waits for a slow one, so that nothing is lost and nothing gathers here; but
 * not for one that does not read at all: others want to go on.
 */
export function passStream(stream: ProcessStream, reader: StreamReader): Unsubscribe {
  let underWay = 0;
  let quiet = 0;
  let held: { readonly release: Unsubscribe; readonly looking: NodeJS.Timeout } | undefined;
  const release = (): void => {
    clearInterval(held?.looking);
    held?.release();
    held = undefined;
  };
  const look = (): void => {
    quiet += 1;
    if (quiet === ASKED) {
      reader.hasTaken?.();
    } else if (quiet >= GIVEN_UP && isQuiet()) {
      end();
      reader.stalled();
    }
  };
  const isQuiet = (): boolean => {
    const taken = reader.hasTaken === undefined ? false : reader.hasTaken();
    if (taken === true) {
      quiet = ASKED;
    }
    return taken === false || (taken === undefined && quiet >= GIVEN_UP_UNSEEN);
  };
  const endData = stream.onData((chunk) => {
    const { length } = chunk;
    underWay += length;
    reader.send(chunk, () => {
      underWay -= length;
      quiet = 0;
      if (underWay <= LOW) {
        release();
      }
    });
    if (held === undefined && (underWay > HIGH || (underWay > 0 && reader.isCrowded === true))) {
      quiet = 0;
      held = { release: stream.hold(), looking: setInterval(look, LOOK_MS) };
    }
  });
  const end = (): void => {
    endData();
    endEnd();
    release();
  };
  const endEnd = stream.onEnd(release); // nobody waits any more: who is slow may take his time
  return end;
}
