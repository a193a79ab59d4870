import { type ChildOutput, type HoldAccount, NEWLINE } from './child-output.ts';
import { HeldBytes } from './held-bytes.ts';
import { OpenStyles, RESET } from './open-styles.ts';
import type { OutputQueue } from './output-queue.ts';

/** The terminal as all outputs share it: the cursor can stand behind the unfinished line of one of them. */
export interface TerminalTarget {
  readonly queue: OutputQueue;
  readonly account: HoldAccount;
  /** What is on the screen: the output whose unfinished line the cursor stands behind. */
  readonly screen: { open: TerminalOutput | undefined };
  /** An unfinished line is kept: it is to be shown when nothing more comes for a while. */
  onHeld(output: TerminalOutput): void;
  /** A line was too long to be kept whole. */
  onSplit(): void;
}

/** What must not be torn from what follows: a begun escape sequence, a begun UTF-8 character, a last CR. */
const INCOMPLETE = /(?:\x1b(?:\[[0-?]*[ -/]*|[\]P^_X][^\x07\x1b]*\x1b?|[ -/]*)|[\xc0-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf7][\x80-\xbf]{0,2}|\r)$/;

/** Output onto a terminal: whole lines; a line that stays unfinished (a prompt, a progress bar) is shown as it is. */
export class TerminalOutput implements ChildOutput {
  readonly #target: TerminalTarget;
  readonly #prefix: () => Buffer;
  readonly #held = new HeldBytes();
  readonly #styles = new OpenStyles();
  #heldCarriageReturn = false;
  #interrupted = false;
  #lastAtMs = 0;
  #shownAtMs = 0;

  constructor(target: TerminalTarget, prefix: () => Buffer) {
    this.#target = target;
    this.#prefix = prefix;
  }

  push(chunk: Buffer): void {
    this.#lastAtMs = performance.now();
    const last = chunk.lastIndexOf(NEWLINE);
    if (last === -1) {
      this.#hold(chunk);
      return;
    }
    const end = chunk.toString('latin1', 0, last + 1);
    this.#writeLines(this.#takeHeld() + end);
    if (last + 1 < chunk.length) {
      this.#hold(chunk.subarray(last + 1));
    }
  }

  end(): void {
    if (this.#held.length > 0 || this.#target.screen.open === this) {
      this.#writeLines(`${this.#takeHeld()}\n`);
    }
  }

  /** Whether its unfinished line should be shown now; a progress bar (CR) is, even if it never rests. */
  isDue(nowMs: number, restMs: number): boolean {
    return nowMs - this.#lastAtMs >= restMs || (this.#heldCarriageReturn && nowMs - this.#shownAtMs >= 2 * restMs);
  }

  /** Shows the unfinished line. */
  show(nowMs: number): void {
    const text = this.#takeHeld();
    const incomplete = INCOMPLETE.exec(text)?.[0] ?? '';
    const whole = text.slice(0, text.length - incomplete.length);
    if (whole !== '') {
      this.#shownAtMs = nowMs;
      this.#interrupted = false;
      this.#write(`${this.#begin()}${this.#inColumn(whole)}`);
      this.#styles.read(whole);
      this.#target.screen.open = this;
    }
    if (incomplete !== '') {
      this.#keep(Buffer.from(incomplete, 'latin1'));
    }
  }

  /** Ends its line on the screen, so that another can use the terminal; what is left of it comes out as a line of its own. */
  interrupt(): void {
    this.#interrupted = true;
    this.#write(`${this.#closeStyles()}\n`);
    this.#target.screen.open = undefined;
  }

  #hold(bytes: Buffer): void {
    this.#keep(bytes);
    if (this.#target.account.isTooLong(this.#held.length)) {
      this.#writeLines(`${this.#takeHeld()}\n`);
      this.#target.onSplit();
    } else {
      this.#target.onHeld(this);
    }
  }

  #keep(bytes: Buffer): void {
    this.#held.add(bytes);
    this.#target.account.change(bytes.length);
    this.#heldCarriageReturn ||= bytes.includes(13);
  }

  #takeHeld(): string {
    this.#target.account.change(-this.#held.length);
    this.#heldCarriageReturn = false;
    return this.#held
      .take()
      .map((piece) => piece.toString('latin1'))
      .join('');
  }

  /** Writes whole lines. The first may go on where the cursor stands. */
  #writeLines(text: string): void {
    const lines = text.slice(0, -1).split('\n');
    if (this.#interrupted && lines[0] === '') {
      lines.shift(); // only its newline was left, and that is on the screen
    }
    this.#interrupted = false;
    let out = '';
    for (const line of lines) {
      out += this.#begin();
      this.#styles.read(line);
      out += `${this.#inColumn(line)}${this.#closeStyles()}\n`;
      this.#target.screen.open = undefined;
    }
    this.#write(out);
  }

  /** What has to be written before text of this output. */
  #begin(): string {
    if (this.#target.screen.open === this) {
      return '';
    }
    this.#target.screen.open?.interrupt();
    return this.#prefix().toString('latin1');
  }

  /** A CR goes back to the first column: the prefix is written again, so that it is not written over. */
  #inColumn(text: string): string {
    return text.includes('\r') ? text.replaceAll(/\r+(?=[^\r])/g, (returns) => returns + this.#prefix().toString('latin1')) : text;
  }

  #closeStyles(): string {
    const open = this.#styles.isOpen;
    this.#styles.clear();
    return open ? RESET : '';
  }

  #write(text: string): void {
    this.#target.queue.add(Buffer.from(text, 'latin1'));
  }
}
