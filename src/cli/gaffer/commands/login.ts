import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { accountFlags, passwordFlags } from '../../account-flags.ts';

/** `gaffer login`: gets a key for a user. */
export class Login extends Command {
  static override summary = 'Get a key from a node by name and password, and keep it';
  static override description =
    'Asks for what is missing. The key can do what the user can; it is kept in ~/.gaffer/gaffer.ini (or $GAFFER_CONFIG), which only you can read, and from then on sent to that node and to no other; logout deletes it.';
  static override examples = [
    '<%= config.bin %> login',
    '<%= config.bin %> login -u ada --endpoint https://node.example:5000',
    '<%= config.bin %> login -u ada --password-file - < password',
  ];
  static override flags = {
    ...accountFlags,
    username: Flags.string({ char: 'u', aliases: ['user'], description: 'the name of the user (default: asks for it)', helpValue: 'NAME' }),
    ...passwordFlags,
    json: Flags.boolean({ description: 'print {"endpoint", "username", "key"}: the id of the key' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Login);
    const { login } = await import('../../login.ts');
    await login(flags);
  }
}
