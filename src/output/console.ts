import { type ChildOutput, HoldAccount } from './child-output.ts';
import type { LineFormat } from './line-format.ts';
import type { LineMemory } from './line-memory.ts';
import { withStylesClosed } from './open-styles.ts';
import { OutputQueue } from './output-queue.ts';
import { PlainOutput } from './plain-output.ts';
import type { Sink } from './sink.ts';
import { TerminalOutput } from './terminal-output.ts';

/** What a console is made of, and whom it tells. */
export interface ConsoleOptions {
  readonly sink: Sink;
  readonly memory: LineMemory;
  readonly format: LineFormat;
  /** Unfinished lines are shown, and the cursor is cared for. */
  readonly isTerminal: boolean;
  /** More output waits than should: the processes have to wait. */
  onFull(): void;
  /** There is room again. */
  onRoom(): void;
  /** Nobody reads any more. */
  onBroken(error: Error): void;
  /** A line of that name was too long to be kept whole. */
  onSplit(job: string): void;
}

/** An unfinished line is shown when that many milliseconds nothing has come. */
const REST_MS = 40;

/** Brings the output of many processes to one place: whole lines, in order, each behind its name. */
export class Console {
  readonly #options: ConsoleOptions;
  readonly #queue: OutputQueue;
  readonly #account = new HoldAccount();
  readonly #unfinished = new Set<TerminalOutput>();
  #timer: NodeJS.Timeout | undefined;
  readonly #screen: { open: TerminalOutput | undefined } = { open: undefined };

  constructor(options: ConsoleOptions) {
    this.#options = options;
    this.#queue = new OutputQueue(options.memory, options.sink, options);
  }

  /**
   * The way out for one output of a process.
   * @param job whose colour it has
   * @param name what stands before the bar; asked for again when that can have changed
   */
  output(job: string, name: () => string): ChildOutput {
    const prefix = this.#options.format.prefix(job, name);
    const onSplit = (): void => this.#options.onSplit(job);
    if (!this.#options.isTerminal) {
      return new PlainOutput({ memory: this.#options.memory, queue: this.#queue, account: this.#account, onSplit }, prefix);
    }
    const screen = this.#screen;
    return new TerminalOutput({ queue: this.#queue, account: this.#account, screen, onHeld: (output) => this.#held(output), onSplit }, prefix);
  }

  /** Says lines of gaffer's own. */
  say(job: string, name: string, text: string): void {
    this.#screen.open?.interrupt();
    const prefix = this.#options.format
      .prefix(job, () => name)()
      .toString();
    const lines = text.split('\n').map((line) => `${prefix}${withStylesClosed(line)}\n`);
    this.#queue.add(Buffer.from(lines.join('')));
  }

  /** Goes back to the first column of a terminal, so that the next line is written over a typed `^C`. */
  overwrite(): void {
    if (this.#options.isTerminal && this.#screen.open === undefined) {
      this.#queue.add(Buffer.from('\r'));
    }
  }

  /** Whether the processes have to wait. */
  get isFull(): boolean {
    return this.#queue.isFull;
  }

  /** Resolves when all that was given is written, or nobody reads any more. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#screen.open?.interrupt();
    await this.#queue.flush();
  }

  #held(output: TerminalOutput): void {
    this.#unfinished.add(output);
    this.#timer ??= setTimeout(() => this.#showDue(), REST_MS);
  }

  #showDue(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const output of this.#unfinished) {
      if (!this.#queue.isFull && output.isDue(now, REST_MS)) {
        this.#unfinished.delete(output);
        output.show(now);
      }
    }
    if (this.#unfinished.size > 0) {
      this.#timer = setTimeout(() => this.#showDue(), REST_MS / 2);
    }
  }
}
