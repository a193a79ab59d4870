/** Which attribute an SGR number sets, and which numbers take it away again. */
function attributeOf(code: number): { readonly set?: string; readonly reset?: readonly string[] } {
  if (code === 0) {
    return { reset: ['all'] };
  }
  if (code === 1 || code === 2) {
    return { set: 'weight' };
  }
  if ((code >= 3 && code <= 9) || code === 21) {
    return { set: SIMPLE[code] ?? 'underline' };
  }
  if (code >= 22 && code <= 29) {
    return { reset: [code === 22 ? 'weight' : (SIMPLE[code - 20] ?? '')] };
  }
  if ((code >= 30 && code <= 38) || (code >= 90 && code <= 97)) {
    return { set: 'foreground' };
  }
  if ((code >= 40 && code <= 48) || (code >= 100 && code <= 107)) {
    return { set: 'background' };
  }
  return OTHER[code] ?? {};
}

const SIMPLE: Readonly<Record<number, string>> = { 3: 'italic', 4: 'underline', 5: 'blink', 6: 'blink', 7: 'inverse', 8: 'hidden', 9: 'strike' };

const OTHER: Readonly<Record<number, { readonly set?: string; readonly reset?: readonly string[] }>> = {
  39: { reset: ['foreground'] },
  49: { reset: ['background'] },
  51: { set: 'frame' },
  52: { set: 'frame' },
  53: { set: 'overline' },
  54: { reset: ['frame'] },
  55: { reset: ['overline'] },
  58: { set: 'underline-colour' },
  59: { reset: ['underline-colour'] },
};

/** Takes every style back. */
export const RESET = '\x1b[0m';

const SGR = /\x1b\[([\d;:]*)m/g;

/** Follows a text's ANSI styles, to know whether one is still open. */
export class OpenStyles {
  readonly #open = new Set<string>();

  /** Reads on. */
  read(text: string): void {
    for (const match of text.matchAll(SGR)) {
      this.#apply(match[1] ?? '');
    }
  }

  /** A style has been set and not taken back. */
  get isOpen(): boolean {
    return this.#open.size > 0;
  }

  /** Forgets what was open. */
  clear(): void {
    this.#open.clear();
  }

  #apply(parameters: string): void {
    const codes = parameters.split(';');
    for (let i = 0; i < codes.length; i += 1) {
      const code = codes[i] === '4:0' ? 24 : Number.parseInt(codes[i] || '0', 10);
      const { set, reset } = attributeOf(code);
      if (set !== undefined) {
        this.#open.add(set);
      }
      for (const attribute of reset ?? []) {
        if (attribute === 'all') {
          this.#open.clear();
        } else {
          this.#open.delete(attribute);
        }
      }
      if (code === 38 || code === 48 || code === 58) {
        i += codes[i + 1] === '5' ? 2 : codes[i + 1] === '2' ? 4 : 0;
      }
    }
  }
}

/** A line that takes back the styles that it sets. */
export function withStylesClosed(line: string): string {
  if (!line.includes('\x1b')) {
    return line;
  }
  const styles = new OpenStyles();
  styles.read(line);
  return styles.isOpen ? line + RESET : line;
}
