import { filled } from './fill.ts';

/** A piece of a line: plain, as it is to be typed, or a word that stands for something. */
export type Piece = string | { readonly literal: string } | { readonly variable: string };

/** A part of a manual page. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: readonly Piece[] }
  | { readonly kind: 'item'; readonly term: readonly Piece[]; readonly text: readonly (readonly Piece[])[] }
  | { readonly kind: 'usage'; readonly text: readonly Piece[] }
  | { readonly kind: 'verbatim'; readonly lines: readonly string[] }
  | { readonly kind: 'group'; readonly heading: string };

/** A titled part of a manual page. */
export interface Section {
  readonly heading: string;
  readonly blocks: readonly Block[];
}

/** A manual page, before it is written as roff. */
export interface Page {
  readonly name: string;
  /** Of the manual: 1 has commands, 8 what admins start. */
  readonly chapter: number;
  /** What the page belongs to, like `gaffer 1.0.0`. */
  readonly source: string;
  /** Of that, like `2026-11-22`; empty where nobody knows it. */
  readonly date: string;
  readonly sections: readonly Section[];
}

/** A blank at which no line is broken. */
export const FIRM_BLANK = '\u00a0';

/** Characters that roff takes for something else, or shows as another one that a shell would not take. */
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '"': '\\(dq',
  [FIRM_BLANK]: '\\~',
};

/** Text as roff reads it in a line: no character of it is a command, and each is shown as it is. */
export function escape(text: string): string {
  const escaped = text.replaceAll(/[\\\-'`^~"\u00a0]/g, (char) => ESCAPES[char] ?? char);
  return escaped.replaceAll(/[^\0-\x7f]/gu, (char) => `\\[u${hex(char)}]`);
}

function hex(char: string): string {
  return (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

/** A manual page as roff. */
export function roff({ name, chapter, source, date, sections }: Page): string {
  const all = [
    `.TH ${quoted(name.toUpperCase())} ${chapter} "${date}" ${quoted(source)}`,
    // hyphens would break options in two, and filled lines tear holes where words are long
    '.nh',
    '.ad l',
    ...sections.flatMap(({ heading, blocks }) => [`.SH ${quoted(heading)}`, ...blocks.flatMap(blockLines)]),
  ];
  return all.map((line) => `${line}\n`).join('');
}

function blockLines(block: Block, index: number): readonly string[] {
  switch (block.kind) {
    case 'paragraph':
      return [...(index === 0 ? [] : ['.PP']), ...lines(block.text)];
    case 'item':
      return ['.TP', lines(block.term).join(' '), ...block.text.flatMap((text, number) => [...(number === 0 ? [] : ['.br']), ...lines(text)])];
    case 'usage':
      return ['.HP 4', ...lines(block.text)];
    case 'verbatim':
      return [...(index === 0 ? [] : ['.PP']), '.nf', ...block.lines.map((line) => escape(line).replace(/^\./, '\\&.')), '.fi'];
    case 'group':
      return [`.SS ${quoted(block.heading)}`];
  }
}

function lines(pieces: readonly Piece[]): readonly string[] {
  return filled(pieces.map(pieceText).join('').replaceAll(/\s+/g, ' '));
}

function pieceText(piece: Piece): string {
  if (typeof piece === 'string') {
    return escape(piece);
  }
  return 'literal' in piece ? `\\fB${escape(piece.literal)}\\fR` : `\\fI${escape(piece.variable)}\\fR`;
}

function quoted(text: string): string {
  return `"${escape(text)}"`;
}
