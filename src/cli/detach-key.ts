import { GafferError } from '../errors.ts';

/** A key of the terminal that is held together with Ctrl. */
export interface ControlKey {
  /** For people: `Ctrl-]`. */
  readonly name: string;
  /** The character that the terminal sends for it. */
  readonly char: string;
}

/** Reads a key like `ctrl-]` or `^q`. @throws GafferError `bad_usage` */
export function parseControlKey(option: string, text: string): ControlKey {
  const [, letter] = /^(?:ctrl[-+]|\^)([@a-z[\\\]^_])$/i.exec(text) ?? [];
  if (letter === undefined) {
    throw new GafferError('bad_usage', `${option}: expected a key like "ctrl-]" or "ctrl-q", got "${text}"`);
  }
  const upper = letter.toUpperCase();
  if (['H', 'I', 'J', 'M'].includes(upper)) {
    throw new GafferError('bad_usage', `${option}: ctrl-${letter} is what a terminal sends for backspace, tab or enter; choose another one`);
  }
  return { name: `Ctrl-${upper}`, char: String.fromCharCode(upper.charCodeAt(0) - 64) };
}
