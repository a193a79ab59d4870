import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { accountFlags, noInput } from '../../account-flags.ts';
import { wordsOf } from '../../words.ts';

/** `gaffer key:create`: makes a key. */
export class KeyCreate extends Command {
  static override summary = 'Make a key for an application, a person or a machine';
  static override description =
    'What it may do is said in words: +a everything, +u make users, +k make keys, +m manage all; shop+r, shop+w, shop+m read, write to and manage the application shop, shop.web+m only its job web, *+r read all. To manage is to write and to read too. The secret is printed once: only whoever has it can send it. Asks before it is done.';
  static override strict = false;
  static override examples = [
    '<%= config.bin %> key:create shop+m --label deploys',
    '<%= config.bin %> key:create shop+r blog.web+w',
    '<%= config.bin %> key:create shop+r --parent key-5f3c9a01b2d4 --no-input',
  ];
  static override args = { permission: Args.string({ description: 'what it may do: +a, +u, +k, +m, TARGET+r, +w or +m', ignoreStdin: true }) };
  static override flags = {
    ...accountFlags,
    label: Flags.string({ description: 'what it is called in lists', helpValue: 'TEXT' }),
    parent: Flags.string({ description: 'the id of a key that it can do no more than, and with which it is deleted', helpValue: 'KEY' }),
    'no-input': noInput,
    json: Flags.boolean({ description: 'print {"key", "api_key", "permissions", "label", "parent"}: "api_key" is the secret' }),
  };

  async run(): Promise<void> {
    const parsed = await this.parse(KeyCreate);
    const { createKey } = await import('../../key-deeds.ts');
    process.exitCode = (await createKey(wordsOf(parsed), parsed.flags)) ? 0 : 1;
  }
}
