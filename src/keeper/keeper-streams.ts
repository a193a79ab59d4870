import type { OutputPlace } from './frame.ts';
import type { FoundStream } from './inventory.ts';
import { KeeperStream, type StreamCommands } from './keeper-stream.ts';
import type { Operation } from './protocol.ts';
import { WriteAnswers, type WriteProblem } from './write-answers.ts';

/** The streams that a keeper reads for this gafferd, by their numbers. */
export class KeeperStreams {
  readonly #streams = new Map<number, KeeperStream>();
  readonly #writes = new WriteAnswers();
  readonly #commands: StreamCommands;

  /** @param send is asked to tell the keeper something */
  constructor(send: (operations: readonly Operation[]) => void) {
    this.#commands = {
      tell: (op, stream) => send([{ op, stream }]),
      write: (stream, bytes) => this.#writes.expect((answer) => send([{ op: 'write', stream, answer, bytes }])),
    };
  }

  /** Those of a process that was started just now, by their labels. */
  open(streams: readonly (readonly [stream: number, label: string])[]): ReadonlyMap<string, KeeperStream> {
    return new Map(
      streams.map(([number, label]) => {
        const stream = new KeeperStream(number, this.#commands);
        this.#streams.set(number, stream);
        return [label, stream];
      }),
    );
  }

  /** One of a process that a predecessor has started. */
  find({ stream: number, history, hasEnded }: FoundStream): KeeperStream {
    const stream = new KeeperStream(number, this.#commands, history);
    if (hasEnded) {
      stream.finished();
    } else {
      this.#streams.set(number, stream);
    }
    return stream;
  }

  /** Something has come; of one that nobody asks for it is not told. */
  arrived({ stream, timeMs }: OutputPlace, bytes: Buffer): void {
    this.#streams.get(stream)?.arrived(bytes, timeMs);
  }

  /** Nothing more comes from one. */
  ended(number: number): void {
    const stream = this.#streams.get(number);
    this.#streams.delete(number);
    stream?.finished();
  }

  /** What was written has arrived, or not. */
  written(answer: number, problem: WriteProblem | undefined): void {
    this.#writes.answered(answer, problem);
  }

  /** Nothing can be written any more. */
  fail(why: string): void {
    this.#writes.fail(why);
  }
}
