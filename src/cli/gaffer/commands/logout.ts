import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { accountFlags } from '../../account-flags.ts';

/** `gaffer logout`: forgets the key of a node. */
export class Logout extends Command {
  static override summary = 'Delete the key that a login has got, and forget it';
  static override description =
    'The key is deleted on the node and forgotten here. A node that is away is not waited for: the key is forgotten, and that it stays valid is said. A key that did not come from a login is only forgotten.';
  static override examples = ['<%= config.bin %> logout', '<%= config.bin %> logout --endpoint https://node.example:5000'];
  static override flags = {
    ...accountFlags,
    json: Flags.boolean({ description: 'print {"endpoint", "was_logged_in", "key_deleted"}' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Logout);
    const { logout } = await import('../../login.ts');
    await logout(flags);
  }
}
