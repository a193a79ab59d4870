import type { ProcessExit } from '../job/exit.ts';
import type { Unsubscribe } from '../job/node.ts';
import type { ChildStream } from '../supervisor/streams.ts';
import type { KeptProcess } from './protocol.ts';

/** A stream of a child, with its number. */
export class KeptStream {
  readonly number: number;
  readonly label: string;
  readonly stream: ChildStream;
  /** gafferd holds it. */
  #hold: Unsubscribe | undefined;

  constructor(number: number, label: string, stream: ChildStream) {
    this.number = number;
    this.label = label;
    this.stream = stream;
  }

  /** Is not read until it is resumed. */
  hold(): void {
    this.#hold ??= this.stream.hold();
  }

  resume(): void {
    this.#hold?.();
    this.#hold = undefined;
  }
}

/** A process that was asked for, from then on until nobody asks for it any more. */
export class KeptChild {
  readonly id: number;
  /** As text. */
  readonly note: string;
  /** The same; undefined when nothing was said. */
  state: string | undefined;
  /** Undefined before its start and when it could not be executed. */
  osPid: number | undefined;
  startTime = '';
  exit: { readonly exit: ProcessExit; readonly atMs: number } | undefined;
  streams: readonly KeptStream[] = [];

  constructor(id: number, note: string) {
    this.id = id;
    this.note = note;
  }

  /** It was started and has not ended. */
  get isRunning(): boolean {
    return this.osPid !== undefined && this.exit === undefined;
  }

  /** Nobody can write to it any more, and all was read. */
  get isSilent(): boolean {
    return this.streams.every(({ stream }) => stream.hasEnded);
  }

  /** What a successor is told of it, and the ends of its streams. */
  describe(): { readonly text: string; readonly tails: readonly Buffer[] } {
    const { id, osPid, startTime, exit } = this;
    const tails: Buffer[] = [];
    const streams = this.streams.map(({ number, label, stream }) => {
      const pieces = stream.tailPieces();
      tails.push(...pieces.map(({ data }) => data));
      const tail = pieces.map(({ data, timeMs }) => [data.length, timeMs] as const);
      return { stream: number, label, offset: stream.offset, hasEnded: stream.hasEnded, tail };
    });
    const told: Omit<KeptProcess, 'note' | 'state'> = { id, osPid, startTime, exit, streams };
    const state = this.state === undefined ? '' : `,"state":${this.state}`;
    return { text: `${JSON.stringify(told).slice(0, -1)},"note":${this.note}${state}}`, tails };
  }
}
