/** A command line as bash hands it over, up to the cursor. */
export interface BashLine {
  /** The words before the unfinished one, as the program would be given them. */
  readonly words: readonly string[];
  /** The unfinished one. */
  readonly word: string;
  /** The beginning of it that bash leaves as it is: it puts candidates behind the last character at which it breaks words. */
  readonly kept: string;
  /** The quote that the unfinished word has opened and not closed. */
  readonly quote: '"' | "'" | undefined;
  /** A part of the unfinished word stands in quotes: what bash would put candidates behind is not certain then. */
  readonly isOdd: boolean;
}

interface Scan {
  readonly words: string[];
  word: string | undefined;
  kept: string;
  quote: '"' | "'" | undefined;
  isOdd: boolean;
}

/**
 * Splits a line as bash does, and runs nothing that is in it: variables and commands stay as they are written.
 * @param breaks the characters at which bash breaks words, `$COMP_WORDBREAKS`
 */
export function readBashLine(line: string, breaks: string): BashLine {
  const scan: Scan = { words: [], word: undefined, kept: '', quote: undefined, isOdd: false };
  const chars = Array.from(line);
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? '';
    const next = chars[at + 1];
    if (char === '\\' && scan.quote !== "'" && next !== undefined) {
      const isMeant = scan.quote === undefined || '"\\$`'.includes(next);
      add(scan, isMeant ? next : `\\${next}`);
      at += 1;
    } else if (char === scan.quote) {
      scan.quote = undefined;
      scan.isOdd = true;
    } else if (scan.quote !== undefined) {
      add(scan, char);
    } else if (char === '"' || char === "'") {
      add(scan, '');
      scan.quote = char;
      scan.kept = scan.word ?? '';
    } else if (/\s/.test(char)) {
      finish(scan);
    } else {
      add(scan, char);
      scan.kept = breaks.includes(char) ? (scan.word ?? '') : scan.kept;
    }
  }
  return { words: scan.words, word: scan.word ?? '', kept: scan.kept, quote: scan.quote, isOdd: scan.isOdd };
}

function add(scan: Scan, text: string): void {
  scan.word = (scan.word ?? '') + text;
}

function finish(scan: Scan): void {
  if (scan.word !== undefined) {
    scan.words.push(scan.word);
  }
  scan.word = undefined;
  scan.kept = '';
  scan.isOdd = false;
}
