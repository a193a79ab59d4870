import type { BashLine } from './bash-line.ts';
import type { Candidate, Completion } from './candidate.ts';

/** More than this no shell shows: then only what begins as the word does is told. */
const MANY = 500;

/** A name that a terminal would take for more than text is not offered: it could not be shown, and not be typed. */
function isPlain({ text }: Candidate): boolean {
  return text !== '' && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text);
}

/** What of a completion can be told. */
function offered({ candidates }: Completion, word: string): readonly Candidate[] {
  const seen = new Set<string>();
  const plain = candidates.filter((one) => {
    const isNew = isPlain(one) && !seen.has(one.text);
    seen.add(one.text);
    return isNew;
  });
  return plain.length > MANY ? plain.filter(({ text }) => text.startsWith(word)) : plain;
}

/** A line of something else's making, made to stay a short line. */
function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\s]+/gu, ' ').trim();
  const chars = Array.from(line);
  return chars.length > 100 ? `${chars.slice(0, 99).join('')}…` : line;
}

/** What bash is told: in the first line what to do besides, then each text as it is to be put into the line. */
export function bashAnswer(completion: Completion, { word, kept, quote, isOdd }: BashLine): string {
  if (isOdd) {
    return toText(['nothing']);
  }
  const fitting = offered(completion, word).filter(({ text }) => text.startsWith(word) && (quote === undefined || isSafe(text)));
  const lines = fitting.map(({ text, isOpen }) => {
    const rest = text.slice(kept.length);
    return quote === undefined ? `${bashQuoted(rest)}${isOpen === true ? '' : ' '}` : rest;
  });
  return toText([[completion.besides ?? 'nothing', ...(quote === undefined ? ['spaced'] : [])].join(' '), ...lines]);
}

/** What zsh is told: what to do besides, then `.` (finished) or `,` (something follows in the word), the text and what it is. */
export function zshAnswer(completion: Completion, word: string): string {
  const lines = offered(completion, word).map(({ text, about = '', isOpen }) => {
    const shown = about === '' ? '' : `:${oneLine(about)}`;
    return `${isOpen === true ? ',' : '.'}${text.replaceAll(/[\\:]/g, '\\$&')}${shown}`;
  });
  return toText([completion.besides ?? 'nothing', ...lines]);
}

/** What fish is told: what to do besides, then each text, a tab, and what it is. */
export function fishAnswer(completion: Completion, word: string): string {
  const lines = offered(completion, word).map(({ text, about = '' }) => (about === '' ? text : `${text}\t${oneLine(about)}`));
  return toText([completion.besides ?? 'nothing', ...lines]);
}

function toText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** What needs no quotes in a shell, whatever is around it. */
function isSafe(text: string): boolean {
  return /^[\w./:@%+=,-]*$/.test(text);
}

/** A text that bash reads back as it was: with a backslash before all that could mean something. */
function bashQuoted(text: string): string {
  return text.replaceAll(/[^\w./:@%+=,\-\u0080-\u{10ffff}]/gu, '\\$&');
}
