import { messageOf } from '../errors.ts';
import type { Host, StartListener, StartRequest } from '../supervisor/host.ts';

/** Starting many processes holds up everything else; after that many milliseconds the others get their turn. */
const SLICE_MS = 8;

/** For how many of those that wait pipes are made at once. */
const AT_ONCE = 500;

interface Entry {
  readonly request: StartRequest;
  readonly listener: StartListener;
}

/** Starts processes in order, a few at a time, so that output and commands are not held up by the start of hundreds. */
export class StartQueue {
  readonly #host: Host;
  #entries: Entry[] = [];
  #run: Promise<void> | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Starts a process as soon as it is its turn. */
  add(request: StartRequest, listener: StartListener): void {
    this.#entries.push({ request, listener });
    this.#run ??= this.#startAll().finally(() => {
      this.#run = undefined;
    });
  }

  /** Resolves when all that were added are started. */
  async settled(): Promise<void> {
    while (this.#run !== undefined) {
      await this.#run;
    }
  }

  async #startAll(): Promise<void> {
    await Promise.resolve(); // others are added in the same turn: their pipes can be made together
    let sliceStart = performance.now();
    for (let entry = this.#entries[0]; entry !== undefined; entry = this.#entries[0]) {
      if (!this.#host.isReadyFor(pipesOf(entry))) {
        await this.#host.makeReadyFor(
          pipesOf(entry),
          this.#entries.slice(0, AT_ONCE).reduce((count, other) => count + pipesOf(other), 0),
        );
      }
      this.#entries.shift();
      this.#start(entry);
      if (performance.now() - sliceStart > SLICE_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        sliceStart = performance.now();
      }
    }
  }

  #start({ request, listener }: Entry): void {
    try {
      this.#host.start(request, listener);
    } catch (error) {
      listener.started({ osPid: undefined, streams: new Map() });
      setImmediate(() => listener.exited({ kind: 'not_started', reason: `cannot execute ${request.file}: ${messageOf(error)}`, code: 126 }));
    }
  }
}

function pipesOf({ request }: Entry): number {
  return new Set(request.pipes.outputs).size;
}
