import { GafferError } from '../errors.ts';
import { APP_NAME } from '../job/name.ts';
import type { ScaleOperand } from '../job/scale.ts';

/** What `gaffer scale` is asked for. */
export interface ScaleRequest {
  /** The application, if the first word is one. */
  readonly app: string | undefined;
  /** Names as typed, `all` for every job, each with its change. */
  readonly changes: readonly { readonly name: string; readonly operand: ScaleOperand }[];
}

const MOST = 10_000;

/**
 * Reads `[APP] web=3 worker+2,clock-1`; without changes the formation is asked for.
 * @throws GafferError `bad_usage`
 */
export function parseScaleWords(words: readonly string[]): ScaleRequest {
  const [first = ''] = words;
  const hasApp = first === '.' || (APP_NAME.test(first) && !isChange(first));
  const parts = words.slice(hasApp ? 1 : 0).flatMap((word) => {
    const pieces = word.split(',').filter((piece) => piece.trim() !== '');
    return pieces.length === 0 ? [word] : pieces;
  });
  return { app: hasApp ? first : undefined, changes: parts.map(parseChange) };
}

function isChange(word: string): boolean {
  return /[=+-]\d+$/.test(word);
}

function parseChange(word: string): ScaleRequest['changes'][number] {
  const [, name, op, digits] = /^\s*([^=]*[^=+\s-])\s*([=+-])\s*(\d{1,6})\s*$/.exec(word) ?? [];
  const n = Number(digits);
  if (name === undefined || op === undefined || n > MOST) {
    throw new GafferError('bad_usage', `expected a change like "web=3", "web+2" or "web-1", each number from 0 to ${MOST}, got "${word}"`);
  }
  return { name, operand: { op: op as ScaleOperand['op'], n } };
}
