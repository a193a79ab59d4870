import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { accountFlags, noInput, passwordFlags } from '../../account-flags.ts';

/** `gaffer user:add`: makes a user. */
export class UserAdd extends Command {
  static override summary = 'Make a user';
  static override description =
    'Asks for the name and the password where they are missing, and before it is done. A user logs in with a key: --permission makes one for that (once for each right, in the words of key:create), --key gives one that there is, or a new secret of 16 characters or more.';
  static override examples = [
    '<%= config.bin %> user:add ada --permission shop+m',
    '<%= config.bin %> user:add deploy -t app --permission shop+m --permission blog+r',
    '<%= config.bin %> user:add bea --key key-5f3c9a01b2d4 --password-file - --no-input < password',
  ];
  static override args = { name: Args.string({ description: 'the name of the user (default: asks for it)', ignoreStdin: true }) };
  static override flags = {
    ...accountFlags,
    ...passwordFlags,
    key: Flags.string({ char: 'k', description: 'the key that it gets: an id, or a secret', helpValue: 'KEY' }),
    permission: Flags.string({
      description: 'make a key for it that may do this: +a, +u, +k, +m, TARGET+r, +w or +m',
      helpValue: 'WORD',
      multiple: true,
      multipleNonGreedy: true,
      exclusive: ['key'],
    }),
    type: Flags.string({
      char: 't',
      description: 'what it is: a person (user, 0) or an application (app, 1)',
      helpValue: 'TYPE',
      options: ['user', 'app', '0', '1'],
      default: 'app',
    }),
    'no-input': noInput,
    json: Flags.boolean({ description: 'print {"username", "user_type", "key", "api_key"}: "api_key" is the secret of a new key' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(UserAdd);
    const { addUser } = await import('../../user-deeds.ts');
    const type = ['user', '0'].includes(flags.type) ? 0 : 1;
    process.exitCode = (await addUser(args.name, { ...flags, type })) ? 0 : 1;
  }
}
