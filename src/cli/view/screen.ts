/** Goes to the terminal's other screen, and hides the cursor. */
const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';

/** Shows a text on the whole terminal, again and again: what did not change is written over by the same, so that nothing flickers. */
export class Screen {
  #text: string | undefined;
  #note: string | undefined;
  #wasNoteShown = true;
  readonly #redraw = (): void => this.#draw();
  readonly #restore = (): void => void process.stdout.write(LEAVE);

  /** Shows a text in place of the one before; a note that was above that one is gone. */
  show(text: string): void {
    if (this.#text === undefined) {
      process.stdout.write(ENTER);
      process.stdout.on('resize', this.#redraw);
      process.once('exit', this.#restore);
    } else if (this.#wasNoteShown) {
      this.#note = undefined;
    }
    this.#wasNoteShown = true;
    this.#text = text;
    this.#draw();
  }

  /** Shows a line above the text and above the next one. */
  note(line: string): void {
    this.#note = line;
    this.#wasNoteShown = false;
    if (this.#text !== undefined) {
      this.#draw();
    }
  }

  /** Goes back to where the terminal was, and leaves the last text there. */
  leave(): void {
    if (this.#text !== undefined) {
      process.stdout.off('resize', this.#redraw);
      process.off('exit', this.#restore);
      process.stdout.write(`${LEAVE}${this.#text}\n`);
      this.#text = undefined;
    }
  }

  #draw(): void {
    const note = this.#note === undefined ? [] : [this.#note, ''];
    const lines = fitted([...note, ...(this.#text ?? '').split('\n')], process.stdout.rows);
    // wrapped lines would shift the ones below: they are cut by the terminal
    process.stdout.write(`\x1b[?7l\x1b[H${lines.map((line) => `${line}\x1b[K`).join('\n')}\x1b[J\x1b[?7h`);
  }
}

/** The lines that fit on a terminal; the last one tells how many do not. */
export function fitted(lines: readonly string[], rows: number): readonly string[] {
  return lines.length <= rows ? lines : [...lines.slice(0, rows - 1), `... ${lines.length - rows + 1} more lines`];
}
