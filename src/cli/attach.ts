import { GafferError } from '../errors.ts';
import { type ProcessExit, shellExitCode } from '../job/exit.ts';
import { sinkFor } from '../output/sink.ts';
import { AttachSender } from './attach-sender.ts';
import { complain } from './complain.ts';
import type { Connection } from './connection.ts';
import type { ControlKey } from './detach-key.ts';
import { Ending } from './ending.ts';
import { isLoss, type Link, lasting, lastingOn, type Patience } from './lasting.ts';
import { OutputReader } from './output-reader.ts';
import { ProcessTarget } from './process-target.ts';
import type { ProcessWatch } from './process-watch.ts';
import { recentOutput } from './recent-output.ts';
import { CTRL_C } from './view/line-editor.ts';
import { RawOutput } from './view/raw-output.ts';

/** To what somebody attaches, and how. */
export interface AttachChoices {
  /** An instance, a pid, or a job with one process. */
  readonly word: string;
  /** How many of the last lines to begin with. */
  readonly lines: number;
  readonly detachKey: ControlKey;
  /** Whether what is typed or piped in goes to the process. */
  readonly input: boolean;
  /** Close the process's stdin where the own one ends. */
  readonly eof: boolean;
  readonly patience: Patience;
}

/** How long nothing may come after the end of a process before there is nothing more. */
const QUIET_MS = 300;

/** Shows what a process writes and sends it what is typed; resolves with the exit code: the process's own, 0 for who has left. @throws GafferError */
export async function attach(connection: Connection, choices: AttachChoices): Promise<number> {
  const target = await ProcessTarget.find(connection, choices.word);
  if (target.label !== undefined) {
    throw new GafferError('bad_usage', `expected a process like "web.1", got "${choices.word}": gaffer recv reads one of its streams`);
  }
  const end = new Ending();
  const attachment = new Attachment(connection, { ...choices, target, end });
  const options = {
    ...lastingOn(connection, choices.patience),
    nothingMore: 'there is nothing more to be attached to',
    signal: end.signal,
    say: (line: string, isThere: boolean) => attachment.say(line, isThere),
  };
  try {
    const exit = await lasting((link) => attachment.hold(link), options);
    if (exit !== undefined) {
      await Promise.race([attachment.drained(), end.reached]); // whoever reads slowly gets the last output too
      end.reach(shellExitCode(exit));
    }
  } finally {
    attachment.close();
    await end.flushed(attachment.drained());
  }
  return await end.reached;
}

interface Attaching extends AttachChoices {
  readonly target: ProcessTarget;
  readonly end: Ending;
}

/** Somebody attached to a process. */
class Attachment {
  readonly #connection: Connection;
  readonly #attaching: Attaching;
  readonly #sender: AttachSender;
  /** Where the process's stdout and its stderr go. */
  readonly #outs: readonly RawOutput[];
  #readers: readonly OutputReader[] | undefined;
  #isGreeted = false;
  #isThere = true;

  constructor(connection: Connection, attaching: Attaching) {
    this.#connection = connection;
    this.#attaching = attaching;
    const { target, end } = attaching;
    this.#sender = new AttachSender(connection.node, target, { ...attaching, onLeave: (char) => this.#leave(char) });
    this.#outs = [process.stdout, process.stderr].map((stream) => {
      stream.removeAllListeners('error').on('error', () => undefined); // whoever writes is told
      return new RawOutput(sinkFor(stream), end.broken);
    });
  }

  /** Stays attached over one connection; resolves with how the process has ended, or when the user has left. @throws GafferError what `lasting` waits for when the connection is lost */
  async hold(link: Link): Promise<ProcessExit | undefined> {
    const { target, end } = this.#attaching;
    const { watch, isAnother } = await target.watch();
    try {
      link.connected(isAnother ? `it was started anew, and this is ${target.name} (pid ${target.pid})` : undefined);
      this.#greet();
      if (isAnother) {
        this.#readers = this.#labels.map((label, index) => this.#reader(label, index, 0));
      }
      this.#readers ??= await this.#tellRecent();
      return await Promise.race([this.#talk(watch, isAnother), end.reached.then(() => undefined)]);
    } catch (error) {
      const exit = isLoss(error) || isGone(error) ? await lastWord(watch) : undefined;
      if (exit === undefined) {
        throw error;
      }
      return exit; // it had ended before the node went away, or while it was asked about
    } finally {
      watch.end();
    }
  }

  /** Says what becomes of the node. */
  say(line: string, isThere: boolean): void {
    this.#isThere = isThere;
    complain(line);
  }

  /** Gives the terminal back. */
  close(): void {
    this.#sender.close();
  }

  /** Resolves when everything is written. */
  async drained(): Promise<void> {
    await Promise.all(this.#outs.map((out) => out.drained()));
  }

  /** Passes everything on in both directions; resolves when the process has ended. */
  async #talk(watch: ProcessWatch, isAnother: boolean): Promise<ProcessExit> {
    const { target } = this.#attaching;
    const reading = Promise.all((this.#readers ?? []).map((reader) => reader.read(target, watch)));
    const sending = this.#sender.send(watch, isAnother);
    const never = new Promise<never>(() => undefined);
    // an output may end before its process
    const exit = await Promise.race([watch.exited, watch.lost, reading.then(() => never), sending.then(() => never)]);
    await Promise.race([reading.catch(() => undefined), this.#quiet()]);
    return exit;
  }

  /** Resolves when nothing comes any more though there is room: others may hold an output of a process open that has ended. */
  async #quiet(): Promise<void> {
    const read = (): number => (this.#readers ?? []).reduce((sum, { offset }) => sum + offset, 0);
    for (let before = -1; before !== read() || this.#outs.some(({ isFull }) => isFull); ) {
      before = read();
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    }
  }

  get #labels(): readonly string[] {
    return [...new Set(this.#attaching.target.info.redirect_output)];
  }

  #reader(label: string, index: number, from: number): OutputReader {
    return new OutputReader({ node: this.#connection.node, label, out: this.#out(index), from });
  }

  #out(index: number): RawOutput {
    return this.#outs[index] ?? (this.#outs[0] as RawOutput);
  }

  /** Shows the last lines, and goes on behind them. */
  async #tellRecent(): Promise<readonly OutputReader[]> {
    const { target, lines } = this.#attaching;
    const recent = await recentOutput(this.#connection.node, target.pid, this.#labels, lines);
    for (const { index, data } of recent.lines) {
      this.#out(index).push(data);
    }
    return this.#labels.map((label, index) => this.#reader(label, index, recent.offsets[index] ?? 0));
  }

  /** Says once how it is, and begins to read what is typed or piped in. */
  #greet(): void {
    if (!this.#isGreeted) {
      this.#isGreeted = true;
      this.#sender.begin(); // whoever reads that a key leaves can press it
      complain(greeting(this.#attaching));
    }
  }

  #leave(char: string): void {
    const { target, end } = this.#attaching;
    if (char === CTRL_C && !this.#isThere) {
      end.reach(130);
      return;
    }
    complain(`left ${target.name}, which goes on`);
    end.reach(0);
  }
}

/** To what somebody is attached, what is not to be expected of it, and how it is left. */
function greeting({ target, input, detachKey }: Attaching): string {
  const { name, info, pid } = target;
  const writes = info.redirect_output.length > 0 ? '' : ', which writes nowhere (redirect_output)';
  const reads = info.redirect_input || !input ? '' : `${writes === '' ? ', which' : ' and'} has no stdin (redirect_input): it can only be watched`;
  const keys = process.stdin.isTTY && detachKey.char !== CTRL_C ? `${detachKey.name} or Ctrl-C` : 'Ctrl-C';
  return `attached to ${name}${info.slot === 0 ? '' : ` (pid ${pid})`}${writes}${reads}; ${keys} leaves, ${name} goes on`;
}

/** Whether a failure says that there is no such process any more. */
function isGone(error: unknown): boolean {
  return error instanceof GafferError && ['process_not_found', 'stream_not_found'].includes(error.code);
}

/** How long the events of a node that has gone away may still tell of the process's end: they come over a connection of their own. */
const LAST_WORD_MS = 500;

async function lastWord(watch: ProcessWatch): Promise<ProcessExit | undefined> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, LAST_WORD_MS).unref());
  await Promise.race([watch.exited, watch.lost, late]).catch(() => undefined);
  return watch.exit;
}
