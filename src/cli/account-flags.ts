import * as Flags from '@oclif/core/flags';
import { placeFlags } from './node-options.ts';

/** Options of commands about keys and users. */
export const accountFlags = {
  ...placeFlags,
  endpoint: Flags.string({
    char: 'g',
    aliases: ['gafferd-http-address'],
    description: 'the gafferd to talk to; without it http://127.0.0.1:5000',
    helpValue: 'URL',
    env: 'GAFFER_ENDPOINT',
    helpGroup: 'NODE',
  }),
};

/** Options that tell a password; without one it is asked for, or read from stdin. */
export const passwordFlags = {
  password: Flags.string({
    char: 'p',
    description: 'the password, for everybody here to see in the list of processes; better use --password-file',
    helpValue: 'TEXT',
  }),
  'password-file': Flags.string({ description: 'a file with the password in its one line, - is stdin (default: asks for it)', helpValue: 'FILE' }),
};

/** The option that keeps a command from asking. */
export const noInput = Flags.boolean({ description: 'ask nothing: what is missing is an error' });
