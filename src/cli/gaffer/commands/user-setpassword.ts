import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { accountFlags, passwordFlags } from '../../account-flags.ts';

/** `gaffer user:setpassword`: gives a user another password. */
export class UserSetPassword extends Command {
  static override summary = 'Give a user another password';
  static override description = 'Asks for it. Whoever has logged in with the old one has to log in again.';
  static override examples = ['<%= config.bin %> user:setpassword ada', '<%= config.bin %> user:setpassword ada --password-file - < password'];
  static override args = { name: Args.string({ description: 'the name of the user', required: true, ignoreStdin: true }) };
  static override flags = {
    ...accountFlags,
    ...passwordFlags,
    json: Flags.boolean({ description: 'print {"username", "changed"}' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(UserSetPassword);
    const { changePassword } = await import('../../user-deeds.ts');
    await changePassword(args.name, flags);
  }
}
