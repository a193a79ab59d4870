import type { ProcessStream, Unsubscribe } from '../job/node.ts';

/** Somebody who is sent what a process writes. */
export interface StreamReader {
  /** Sends a piece that is valid during the call only; `sent` is to be called when it has left this process. */
  send(chunk: Uint8Array, sent: () => void): void;
  /** The reader does not read: nothing more is to be sent to it. */
  stalled(): void;
}

/** Bytes under way to a reader at which the process has to wait for it, and at which it may go on. */
const HIGH = 512 * 1024;
const LOW = 128 * 1024;

/** How long a reader may take nothing at all while the process waits for it. */
const STALL_MS = 1000;

/**
 * Passes a stream on to a reader. The process waits for a slow one, so that nothing is lost and nothing gathers here; but
 * not for one that does not read at all: others want to go on.
 */
export function passStream(stream: ProcessStream, reader: StreamReader): Unsubscribe {
  let underWay = 0;
  let held: { readonly release: Unsubscribe; timer: NodeJS.Timeout } | undefined;
  const release = (): void => {
    clearTimeout(held?.timer);
    held?.release();
    held = undefined;
  };
  const wait = (): NodeJS.Timeout =>
    setTimeout(() => {
      end();
      reader.stalled();
    }, STALL_MS);
  const endData = stream.onData((chunk) => {
    underWay += chunk.length;
    reader.send(chunk, () => {
      underWay -= chunk.length;
      if (held !== undefined && underWay > LOW) {
        clearTimeout(held.timer);
        held.timer = wait();
      } else {
        release();
      }
    });
    if (underWay > HIGH) {
      held ??= { release: stream.hold(), timer: wait() };
    }
  });
  const end = (): void => {
    endData();
    release();
  };
  return end;
}
