import { GafferError } from '../errors.ts';
import { didYouMean } from '../suggestion.ts';

/**
 * Makes sure that a Procfile has a process type.
 * @throws GafferError `bad_usage`, its message names the ones there are
 */
export function expectProcess(name: string, known: readonly string[]): void {
  if (!known.includes(name)) {
    throw new GafferError('bad_usage', `expected a process of the Procfile (${known.join(', ')}), got "${name}"${didYouMean(name, known)}`);
  }
}

/** Which process types to take; without names all of them. */
export interface Selection {
  readonly names?: readonly string[];
  /** Left out of them. */
  readonly except?: readonly string[];
}

/**
 * Picks process types, in file order.
 * @throws GafferError `bad_usage` for a name that the Procfile does not have, and when nothing is left
 */
export function selectProcesses(known: readonly string[], selection: Selection): readonly string[] {
  const { names = [], except = [] } = selection;
  for (const name of [...names, ...except]) {
    expectProcess(name, known);
  }
  const selected = known.filter((name) => (names.length === 0 || names.includes(name)) && !except.includes(name));
  if (selected.length === 0) {
    throw new GafferError('bad_usage', `expected at least one process to be left, got none: all of ${known.join(', ')} are left out`);
  }
  return selected;
}
