import { type ChildOutput, ESCAPE, type HoldAccount, NEWLINE } from './child-output.ts';
import { HeldBytes } from './held-bytes.ts';
import { INPUT_BYTES, type LineMemory } from './line-memory.ts';
import { withStylesClosed } from './open-styles.ts';
import type { OutputQueue } from './output-queue.ts';

/** Where the outputs of all processes go. */
export interface PlainTarget {
  readonly memory: LineMemory;
  readonly queue: OutputQueue;
  readonly account: HoldAccount;
  /** A line was too long to be kept whole. */
  onSplit(): void;
}

const END_OF_LINE = Buffer.from('\n');

/** Output into a pipe or file: whole lines only, bytes as they are, whatever they mean. */
export class PlainOutput implements ChildOutput {
  readonly #target: PlainTarget;
  readonly #prefix: () => Buffer;
  readonly #held = new HeldBytes();

  constructor(target: PlainTarget, prefix: () => Buffer) {
    this.#target = target;
    this.#prefix = prefix;
  }

  push(chunk: Buffer): void {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last === -1) {
      this.#hold(chunk);
      return;
    }
    let from = 0;
    if (this.#held.length > 0) {
      from = chunk.indexOf(NEWLINE) + 1;
      this.#finish(chunk.subarray(0, from));
    }
    if (from <= last) {
      this.#lines(chunk.subarray(from, last + 1));
    }
    if (last + 1 < chunk.length) {
      this.#hold(chunk.subarray(last + 1));
    }
  }

  end(): void {
    if (this.#held.length > 0) {
      this.#finish(END_OF_LINE);
    }
  }

  /** Keeps the beginning of a line. */
  #hold(bytes: Buffer): void {
    this.#held.add(bytes);
    this.#target.account.change(bytes.length);
    if (this.#target.account.isTooLong(this.#held.length)) {
      this.#finish(END_OF_LINE);
      this.#target.onSplit();
    }
  }

  /** Brings out the line that was kept, with its end. */
  #finish(end: Buffer): void {
    const { queue, account } = this.#target;
    account.change(-this.#held.length);
    const pieces = this.#held.take();
    if (pieces.some((piece) => piece.includes(ESCAPE)) || end.includes(ESCAPE)) {
      this.#styledLines(Buffer.concat([...pieces, end]));
      return;
    }
    queue.addCopy(this.#prefix());
    for (const piece of pieces) {
      queue.add(piece);
    }
    queue.addCopy(end);
  }

  /** Brings out whole lines. */
  #lines(lines: Buffer): void {
    const { memory, queue } = this.#target;
    if (lines.length > INPUT_BYTES || lines.includes(ESCAPE)) {
      this.#styledLines(lines);
      return;
    }
    const { input } = memory;
    let from = lines.byteOffset - input.byteOffset;
    if (lines.buffer !== input.buffer || from < 0 || from + lines.length > input.length) {
      input.set(lines);
      from = 0;
    }
    queue.addLines(from, from + lines.length, this.#prefix());
  }

  /** Brings out whole lines one by one; a style that one leaves open ends with it. */
  #styledLines(lines: Buffer): void {
    const prefix = this.#prefix().toString('latin1');
    const text = lines.toString('latin1', 0, lines.length - 1).split('\n');
    const out = text.map((line) => `${prefix}${withStylesClosed(line)}\n`);
    this.#target.queue.add(Buffer.from(out.join(''), 'latin1'));
  }
}
