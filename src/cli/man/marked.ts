import type { Piece } from './roff.ts';

/** An option in a sentence: `--no-color` or `-f`, not the hyphen of `re-read`. */
const OPTION = /(?<![\w-])(--[a-z][\w-]*|-[a-zA-Z](?![\w-]))/;

/** A sentence of the help, with the options that it names as they are to be typed. */
export function marked(text: string): readonly Piece[] {
  return text.split(OPTION).flatMap((part, index): Piece[] => (part === '' ? [] : index % 2 === 1 ? [{ literal: part }] : [part]));
}

/** The pieces of several texts, with something in between. */
export function joined(parts: readonly (readonly Piece[])[], between: string): readonly Piece[] {
  return parts.flatMap((part, index) => (index === 0 ? part : [between, ...part]));
}
