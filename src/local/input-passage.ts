import type { Readable } from 'node:stream';
import { GafferError } from '../errors.ts';
import type { GafferEvent } from '../job/event.ts';
import { formatJobName } from '../job/name.ts';
import type { GafferNode, ProcessStream, Unsubscribe } from '../job/node.ts';
import type { InputGoal } from './input-goal.ts';

/** Where input comes from and where it goes. */
export interface PassageOptions {
  readonly node: Pick<GafferNode, 'onEvent' | 'stream'>;
  readonly session: string;
  readonly goal: InputGoal;
  readonly input: Readable;
}

/** The most that a pipe takes as a whole or not at all. */
const PIECE = 4096;

/** How long to wait when others have filled the pipe. */
const BUSY_MS = 50;

/**
 * Passes input on to the stdin of one instance, as slowly as it reads, and to its successor when it is replaced: what the
 * one has not taken the other one gets. The end of the input is theirs too.
 */
export class InputPassage {
  readonly #options: PassageOptions;
  readonly #unsubscribe: Unsubscribe;
  #stream: ProcessStream | undefined;
  #pid = 0;
  #hasEnded = false;
  #isClosed = false;
  #arrived: () => void = () => undefined;

  /** Begins; the instance may start later. */
  constructor(options: PassageOptions) {
    this.#options = options;
    this.#unsubscribe = options.node.onEvent((event) => this.#hear(event));
    void this.#read();
  }

  /** Reads no more. */
  close(): void {
    this.#isClosed = true;
    this.#unsubscribe();
    this.#options.input.destroy();
    this.#arrived();
  }

  async #read(): Promise<void> {
    try {
      for await (const chunk of this.#options.input as AsyncIterable<Buffer>) {
        for (const piece of pieces(chunk)) {
          await this.#pass(piece);
        }
      }
    } catch {
      // what can't be read any more has ended
    }
    this.#hasEnded = true;
    this.#stream?.end();
  }

  async #pass(piece: Buffer): Promise<void> {
    while (!this.#isClosed) {
      const stream = this.#stream;
      if (stream === undefined) {
        await new Promise<void>((resolve) => {
          this.#arrived = resolve;
        });
        continue;
      }
      try {
        await stream.write(piece);
        return;
      } catch (error) {
        if (error instanceof GafferError && error.code === 'stream_busy') {
          await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
        } else {
          this.#leave(stream); // it has ended, or reads no more
        }
      }
    }
  }

  #hear(event: GafferEvent): void {
    const { session, goal, node } = this.#options;
    if (event.name !== formatJobName({ session, job: goal.job }) || !('process' in event) || event.process?.slot !== goal.slot) {
      return;
    }
    const { pid } = event.process;
    if (event.type === 'exit' && pid === this.#pid) {
      this.#leave(this.#stream);
    } else if (event.type === 'spawn') {
      this.#pid = pid;
      node.stream(pid, 'stdin').then(
        (stream) => this.#arrive(pid, stream),
        () => undefined, // it has ended already
      );
    }
  }

  #arrive(pid: number, stream: ProcessStream): void {
    if (this.#hasEnded) {
      stream.end();
    } else if (pid === this.#pid) {
      this.#stream = stream;
      this.#arrived();
    }
  }

  #leave(stream: ProcessStream | undefined): void {
    if (this.#stream === stream) {
      this.#stream = undefined;
    }
  }
}

/** A chunk in pieces that end with a line where that is possible. */
function* pieces(chunk: Buffer): Generator<Buffer> {
  for (let rest = chunk; rest.length > 0; ) {
    const end = rest.length <= PIECE ? rest.length : rest.lastIndexOf(10, PIECE - 1) + 1;
    yield rest.subarray(0, end || PIECE);
    rest = rest.subarray(end || PIECE);
  }
}
