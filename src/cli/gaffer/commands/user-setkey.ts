import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { accountFlags } from '../../account-flags.ts';

/** `gaffer user:setkey`: gives a user another key. */
export class UserSetKey extends Command {
  static override summary = 'Give a user another key';
  static override description =
    'One that there is, by its id or its secret, or a new secret of 16 characters or more, which then may do what the old key could. Asks for it. Keys that came from logins end.';
  static override examples = ['<%= config.bin %> user:setkey ada -k key-5f3c9a01b2d4', '<%= config.bin %> user:setkey ada'];
  static override args = { name: Args.string({ description: 'the name of the user', required: true, ignoreStdin: true }) };
  static override flags = {
    ...accountFlags,
    key: Flags.string({ char: 'k', description: 'the key: an id, or a secret (default: asks for it)', helpValue: 'KEY' }),
    json: Flags.boolean({ description: 'print {"username", "changed", "key"}' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(UserSetKey);
    const { changeKey } = await import('../../user-deeds.ts');
    await changeKey(args.name, flags);
  }
}
