import type { ArgvRules } from '../argv.ts';
import type { CompletedProgram } from '../completion/word-kind.ts';
import { GAFFER_LOOKUPD } from '../gaffer_lookupd/completed.ts';
import { GAFFERD } from '../gafferd/completed.ts';
import { WORDS } from './words.ts';

/** `gaffer`, as its command lines are completed, and what it answers for besides. */
export function completed(rules: ArgvRules): readonly CompletedProgram[] {
  return [{ ...rules, name: 'gaffer', words: WORDS }, GAFFERD, GAFFER_LOOKUPD];
}
