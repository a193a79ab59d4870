import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { accountFlags } from '../../account-flags.ts';

/** `gaffer keys`: lists the keys of a node. */
export class Keys extends Command {
  static override summary = 'List the keys of a node';
  static override description = 'Each by its id, with what it allows in the words of key:create, and its label. Needs +a (admin).';
  static override examples = ['<%= config.bin %> keys', '<%= config.bin %> keys --parent key-5f3c9a01b2d4'];
  static override flags = {
    ...accountFlags,
    parent: Flags.string({ description: 'only those that were made from this one', helpValue: 'KEY' }),
    json: Flags.boolean({ description: 'print {"keys": [{"key", "permissions", "label", "parent"}]}' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Keys);
    const { showKeys } = await import('../../key-deeds.ts');
    await showKeys(flags);
  }
}
