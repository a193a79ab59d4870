import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { accountFlags } from '../../account-flags.ts';

/** `gaffer user:del`: deletes a user. */
export class UserDel extends Command {
  static override summary = 'Delete a user, and the keys that came from logins';
  static override description = 'The key that the user had stays valid, for others may use it too: it is named, and key:delete deletes it.';
  static override examples = ['<%= config.bin %> user:del ada'];
  static override args = { name: Args.string({ description: 'the name of the user', required: true, ignoreStdin: true }) };
  static override flags = {
    ...accountFlags,
    json: Flags.boolean({ description: 'print {"username", "deleted", "key"}: "key" is the one that stays' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(UserDel);
    const { deleteUser } = await import('../../user-deeds.ts');
    await deleteUser(args.name, flags);
  }
}
