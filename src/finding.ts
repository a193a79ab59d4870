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

function writtenOut(char: string): string {
  return char === '\t' ? String.raw`\t` : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
