import { GafferError } from '../errors.ts';

/** What a scale operand asks for. */
export type ScaleOperand = { readonly op: '+' | '-' | '='; readonly n: number };

/**
 * Reads a scale operand: a number or digits add (a number below zero subtracts), `+N`, `-N`, `=N`.
 * @throws GafferError `invalid_operand`
 */
export function parseScaleOperand(value: unknown): ScaleOperand {
  if (typeof value === 'number' && Number.isSafeInteger(value)) {
    return value > 0 ? { op: '+', n: value } : { op: '-', n: -value };
  }
  const match = typeof value === 'string' ? /^([+=-]?)(\d{1,6})$/.exec(value) : null;
  if (match === null) {
    throw new GafferError('invalid_operand', `expected a number of processes like 2, "+2", "-1" or "=3", got ${JSON.stringify(value)}`);
  }
  const op = match[1] as ScaleOperand['op'] | '';
  return { op: op === '' ? '+' : op, n: Number(match[2]) };
}

/** The most processes that a job can have. */
export const MOST_PROCESSES = 10_000;

/**
 * The number of processes that is wanted after an operand; never below zero.
 * @throws GafferError `invalid_operand` beyond 10 000
 */
export function applyScale(target: number, operand: ScaleOperand): number {
  const wanted = { '=': operand.n, '+': target + operand.n, '-': Math.max(0, target - operand.n) }[operand.op];
  if (wanted > MOST_PROCESSES) {
    throw new GafferError('invalid_operand', `expected at most ${MOST_PROCESSES} processes of a job, that would be ${wanted}`);
  }
  return wanted;
}
