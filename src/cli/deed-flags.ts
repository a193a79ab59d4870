import * as Flags from '@oclif/core/flags';
import { nodeFlags } from './node-options.ts';

/** Options of commands that do something to jobs. */
export const deedFlags = {
  ...nodeFlags,
  'no-input': Flags.boolean({ description: 'ask nothing; where stdin is no terminal nothing is asked anyway' }),
};

/** The option that reads the jobs from a file. */
export const fromFile = Flags.string({ description: 'the jobs of a JSON file, - is stdin', helpValue: 'FILE' });
