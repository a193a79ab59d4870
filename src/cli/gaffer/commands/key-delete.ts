import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { accountFlags } from '../../account-flags.ts';

/** `gaffer key:delete`: deletes a key. */
export class KeyDelete extends Command {
  static override summary = 'Delete a key, and those that were made from it';
  static override description = 'Whoever uses one of them is cut off at once.';
  static override examples = ['<%= config.bin %> key:delete key-5f3c9a01b2d4'];
  static override args = { key: Args.string({ description: 'the id of the key', required: true, ignoreStdin: true }) };
  static override flags = {
    ...accountFlags,
    json: Flags.boolean({ description: 'print {"key", "deleted", "under"}: "under" are those that went with it' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(KeyDelete);
    const { deleteKey } = await import('../../key-deeds.ts');
    await deleteKey(args.key, flags);
  }
}
