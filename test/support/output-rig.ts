import { HoldAccount } from '../../src/output/child-output.ts';
import { LineMemory } from '../../src/output/line-memory.ts';
import { OutputQueue } from '../../src/output/output-queue.ts';
import { PlainOutput } from '../../src/output/plain-output.ts';
import { TerminalOutput } from '../../src/output/terminal-output.ts';
import { FakeSink } from './fake-sink.ts';

/** One place that the outputs of several processes share; what comes there is kept. */
export class OutputRig {
  readonly memory = new LineMemory();
  readonly account = new HoldAccount();
  readonly screen: { open: TerminalOutput | undefined } = { open: undefined };
  /** The names whose lines were too long to be kept whole. */
  readonly split: string[] = [];
  /** Outputs of which an unfinished line is kept. */
  readonly held = new Set<TerminalOutput>();
  readonly #sink = new FakeSink();
  readonly #queue = new OutputQueue(this.memory, this.#sink, { onFull: () => undefined, onRoom: () => undefined, onBroken: () => undefined });

  /** An output into a pipe or file, with its name before each line. */
  plain(name: string): PlainOutput {
    const prefix = Buffer.from(`${name} | `);
    return new PlainOutput({ memory: this.memory, queue: this.#queue, account: this.account, onSplit: () => this.split.push(name) }, () => prefix);
  }

  /** An output onto a terminal; its unfinished lines are shown when the test says so. */
  terminal(name: string): TerminalOutput {
    const prefix = Buffer.from(`${name} | `);
    const { account, screen } = this;
    const onHeld = (output: TerminalOutput): void => void this.held.add(output);
    return new TerminalOutput({ queue: this.#queue, account, screen, onHeld, onSplit: () => this.split.push(name) }, () => prefix);
  }

  /** Everything that has come. */
  async bytes(): Promise<Buffer> {
    await this.#queue.flush();
    return this.#sink.bytes;
  }

  /** Everything that has come, a character for each byte. */
  async text(): Promise<string> {
    return (await this.bytes()).toString('latin1');
  }
}
