import { ADMIN } from '../../access/permissions.ts';
import { expectPassword } from '../../daemon/accounts/password.ts';
import { expectUserName } from '../../daemon/accounts/user-name.ts';
import { GafferError } from '../../errors.ts';
import { askNewPassword, givenPassword } from '../password-source.ts';
import { TerminalQuestions } from '../terminal-questions.ts';
import { type AccountDeed, withAccounts, withAccountsIfAny } from './account-deed.ts';

/** What is said of a new admin. */
export interface AdminUserOptions extends AccountDeed {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly passwordFile: string | undefined;
}

/** `gafferd --create-admin-user`: a user who may do everything, with a key that is told once. */
export async function createAdminUser(options: AdminUserOptions): Promise<void> {
  const { password: text, passwordFile } = options;
  if (options.username === undefined && !TerminalQuestions.canAsk) {
    throw new GafferError('bad_usage', 'expected --username NAME, for nobody can be asked here');
  }
  const given = await givenPassword({ password: text, file: passwordFile });
  const questions = new TerminalQuestions();
  const name = expectUserName(options.username ?? (await questions.ask('username: ')));
  await withAccounts(options, ({ users }) => {
    if (users.all.some((user) => user.name === name)) {
      throw new GafferError('user_exists', `username '${name}' already exists. Please choose another`);
    }
  });
  const password = given ?? (await askNewPassword(questions, expectPassword));
  const { secret } = await withAccounts(
    options,
    async ({ users }) => await users.createWithKey(name, { password, type: 0, extra: {} }, { permissions: ADMIN, label: 'admin key' }),
  );
  process.stdout.write(`User '${name}' created.\nAPI Key: ${secret}\n`);
}

/** `gafferd --list-admins`: who may do everything, with the ids of their keys. */
export async function listAdmins(options: AccountDeed): Promise<void> {
  await withAccountsIfAny(options, ({ keys, users }) => {
    for (const { name, type, keyId } of users.all) {
      if (type === 0 && keyId !== undefined && keys.isAdmin(keyId)) {
        process.stdout.write(`${name} - ${keyId}\n`);
      }
    }
  });
}
