/** What becomes of typed keys, in their order. */
export type Typed =
  /** To be shown where the cursor is. */
  | { readonly kind: 'echo'; readonly text: string }
  /** To be sent. */
  | { readonly kind: 'send'; readonly text: string }
  /** The user leaves, by the key of that character. */
  | { readonly kind: 'leave'; readonly char: string }
  /** The end of what is typed: Ctrl-D in an empty line. */
  | { readonly kind: 'end' }
  /** Ctrl-Z. */
  | { readonly kind: 'suspend' };

/** What a terminal sends for two of the keys that can leave. */
export const CTRL_C = '\x03';
export const CTRL_D = '\x04';
const CTRL_U = '\x15';
const CTRL_W = '\x17';
const CTRL_Z = '\x1a';

/** What keys like the arrows send. */
const ESCAPE_SEQUENCE = /\x1b(?:\[[0-?]*[ -/]*[@-~]|O[ -~]|[ -~])?/g;

/** Characters that take two places on a terminal. */
const WIDE = /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;

/** Characters that take none. */
const NO_WIDTH = /[\p{Mn}\p{Me}\u200b-\u200f\ufe00-\ufe0f]/u;

/**
 * Lines as they are typed, where every key comes at once: it does what a terminal does while it collects a line (Backspace,
 * Ctrl-U, Ctrl-W, Ctrl-D) and knows the keys that leave.
 */
export class LineEditor {
  readonly #leaveChars: readonly string[];
  #line: string[] = [];

  /** @param leaveChar the character of a key that leaves, besides Ctrl-C */
  constructor(leaveChar: string) {
    this.#leaveChars = [CTRL_C, leaveChar];
  }

  /** What becomes of keys. */
  type(keys: string): readonly Typed[] {
    const typed: Typed[] = [];
    let echo = '';
    const flush = (): void => {
      if (echo !== '') {
        typed.push({ kind: 'echo', text: echo });
        echo = '';
      }
    };
    for (const char of keys.replaceAll(ESCAPE_SEQUENCE, (sequence) => (this.#leaveChars.includes(sequence) ? sequence : ''))) {
      const act = this.#act(char);
      if (typeof act === 'string') {
        echo += act;
      } else {
        echo += (act.kind === 'send' && act.text.endsWith('\n')) || (act.kind === 'leave' && this.#line.length > 0) ? '\n' : '';
        flush();
        typed.push(act);
      }
    }
    flush();
    return typed;
  }

  /** What a character does: something, or only what is to be shown for it. */
  #act(char: string): Typed | string {
    if (this.#leaveChars.includes(char)) {
      return { kind: 'leave', char };
    }
    switch (char) {
      case '\r':
      case '\n':
        return { kind: 'send', text: `${this.#take()}\n` };
      case CTRL_D:
        return this.#line.length === 0 ? { kind: 'end' } : { kind: 'send', text: this.#take() };
      case CTRL_Z:
        return { kind: 'suspend' };
      case '\x7f':
      case '\b':
        return this.#erase(lastLetter(this.#line));
      case CTRL_U:
        return this.#erase(this.#line.length);
      case CTRL_W:
        return this.#erase(lastWord(this.#line));
      default:
        this.#line.push(char);
        return shown(char);
    }
  }

  #take(): string {
    const text = this.#line.join('');
    this.#line = [];
    return text;
  }

  #erase(count: number): string {
    const gone = count <= 0 ? [] : this.#line.splice(-count);
    return '\b \b'.repeat(gone.reduce((sum, char) => sum + widthOf(char), 0));
  }
}

/** How many characters the last letter consists of, with its accents. */
function lastLetter(line: readonly string[]): number {
  const at = line.findLastIndex((char) => !NO_WIDTH.test(char));
  return at === -1 ? line.length : line.length - at;
}

/** How many characters the last word consists of, with the blanks behind it. */
function lastWord(line: readonly string[]): number {
  const end = line.findLastIndex((char) => char.trim() !== '');
  const start = line.slice(0, end + 1).findLastIndex((char) => char.trim() === '') + 1;
  return line.length - start;
}

/** What is shown for a character: what a terminal would take for its own is spelled, a tab is a blank. */
function shown(char: string): string {
  return char === '\t' ? ' ' : char < ' ' ? `^${String.fromCharCode(char.charCodeAt(0) + 64)}` : char;
}

function widthOf(char: string): number {
  return NO_WIDTH.test(char) ? 0 : WIDE.test(char) || shown(char).length > char.length ? 2 : 1;
}
