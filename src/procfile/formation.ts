import { GafferError } from '../errors.ts';
import { expectProcess } from './select.ts';

/** How many instances of each process type were asked for. */
export class Formation {
  readonly #counts: ReadonlyMap<string, number>;

  constructor(counts: ReadonlyMap<string, number> = new Map()) {
    this.#counts = counts;
  }

  /** The number that was asked for, by the name or by `all`; undefined when neither was. */
  requestedFor(name: string): number | undefined {
    return this.#counts.get(name) ?? this.#counts.get('all');
  }

  /** The number that was asked for, else 1. */
  countFor(name: string): number {
    return this.requestedFor(name) ?? 1;
  }
}

/**
 * Reads formations like `web=2,worker=1` or `all=1`; of a name that is given twice the last counts.
 * @param known the names of the Procfile
 * @throws GafferError `bad_usage` for anything else, and for a name that the Procfile does not have
 */
export function parseFormation(values: readonly string[], known: readonly string[]): Formation {
  const counts = new Map<string, number>();
  for (const value of values) {
    const parts = value.split(',').filter((part) => part.trim() !== '');
    for (const part of parts.length === 0 ? [value] : parts) {
      const [, name, count] = /^\s*([A-Za-z0-9_-]+)\s*=\s*(\d{1,6})\s*$/.exec(part) ?? [];
      if (name === undefined || Number(count) > 10_000) {
        throw new GafferError('bad_usage', `expected a formation like "web=2,worker=1", each number from 0 to 10000, got "${part.trim()}"`);
      }
      if (name !== 'all') {
        expectProcess(name, known);
      }
      counts.set(name, Number(count));
    }
  }
  return new Formation(counts);
}
