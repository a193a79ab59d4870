/** Something that was noticed in a file that people write. */
export interface Finding {
  readonly file: string;
  /** Counted from 1; without one it is about the file as a whole. */
  readonly line?: number;
  /** An error can't be run, a warning was left out or is doubtful, a note is good to know. */
  readonly level: 'error' | 'warning' | 'note';
  readonly message: string;
}

/** A finding as one line: `Procfile:3: expected …`. */
export function formatFinding(finding: Finding): string {
  const place = finding.line === undefined ? finding.file : `${finding.file}:${finding.line}`;
  return `${place}: ${finding.message}`;
}

/** A text from a file in double quotes, shortened, with what can't be seen written out. */
export function quoteText(text: string): string {
  const chars = Array.from(text);
  const short = chars.length > 60 ? `${chars.slice(0, 57).join('')}...` : text;
  return `"${short.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, writtenOut)}"`;
}

/** A text in which nothing is left that a terminal would take for its own, or that turns the order in which it is read: that is written out. Lines stay lines. */
export function harmlessText(text: string): string {
  return text.replaceAll(/(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, writtenOut);
}

/** The same for what has to stay in one line, as a name. */
export function harmlessLine(text: string): string {
  return harmlessText(text).replaceAll(/[\n\t]/g, writtenOut);
}

function writtenOut(char: string): string {
  if (char === '\t') {
    return String.raw`\t`;
  }
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
