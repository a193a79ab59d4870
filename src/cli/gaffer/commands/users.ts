import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { accountFlags } from '../../account-flags.ts';

/** `gaffer users`: lists the users of a node. */
export class Users extends Command {
  static override summary = 'List the users of a node';
  static override description = 'Each with what it is (user or app) and the id of its key. Needs +a (admin).';
  static override examples = ['<%= config.bin %> users', '<%= config.bin %> users --json'];
  static override flags = {
    ...accountFlags,
    json: Flags.boolean({ description: 'print {"users": [{"username", "user_type", "key", ...}]}' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Users);
    const { showUsers } = await import('../../user-deeds.ts');
    await showUsers(flags);
  }
}
