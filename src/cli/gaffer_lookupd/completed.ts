import type { CompletedProgram } from '../completion/word-kind.ts';
import { GafferLookupd } from './command.ts';
import { WORDS } from './words.ts';

/** `gaffer_lookupd`, as its command lines are completed. */
export const GAFFER_LOOKUPD: CompletedProgram = { name: 'gaffer_lookupd', commands: { '': GafferLookupd }, words: WORDS, passOn: [] };
