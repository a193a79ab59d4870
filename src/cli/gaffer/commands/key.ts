import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { accountFlags } from '../../account-flags.ts';

/** `gaffer key`: shows what a key allows. */
export class Key extends Command {
  static override summary = 'Show a key, and what it allows';
  static override description = 'Without a name the key that is sent: what one may do oneself. A key is named by its id (or its secret).';
  static override examples = ['<%= config.bin %> key', '<%= config.bin %> key key-5f3c9a01b2d4 --json'];
  static override args = { key: Args.string({ description: 'the id of a key', ignoreStdin: true }) };
  static override flags = {
    ...accountFlags,
    json: Flags.boolean({ description: 'print {"key", "permissions", "label", "parent"}' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Key);
    const { showKey } = await import('../../key-deeds.ts');
    await showKey(args.key ?? 'own', flags);
  }
}
