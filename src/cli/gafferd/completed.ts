import type { CompletedProgram } from '../completion/word-kind.ts';
import { Gafferd } from './command.ts';
import { WORDS } from './words.ts';

/** `gafferd`, as its command lines are completed. */
export const GAFFERD: CompletedProgram = { name: 'gafferd', commands: { '': Gafferd }, words: WORDS, passOn: [] };
