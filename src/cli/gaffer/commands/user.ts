import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { accountFlags } from '../../account-flags.ts';

/** `gaffer user`: shows a user. */
export class User extends Command {
  static override summary = "Show a user, and which key is the user's";
  static override description = 'Tells the id of the key; its secret nobody can tell. One may see oneself, and others with +u (create_user).';
  static override examples = ['<%= config.bin %> user ada', '<%= config.bin %> user ada --json'];
  static override args = { name: Args.string({ description: 'the name of the user', required: true, ignoreStdin: true }) };
  static override flags = {
    ...accountFlags,
    json: Flags.boolean({ description: 'print {"username", "user_type", "key", ...}: 0 is a person, 1 an application' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(User);
    const { showUser } = await import('../../user-deeds.ts');
    await showUser(args.name, flags);
  }
}
