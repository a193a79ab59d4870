import { parsePermissionWords, permissionWords } from '../access/permission-words.ts';
import type { MadeKey, RemoteAccounts } from '../client/accounts.ts';
import { GafferError } from '../errors.ts';
import { harmlessLine } from '../finding.ts';
import { AccountQuestions, type PasswordFlagValues } from './account-questions.ts';
import { hasCode, ofUser, onAccounts, tell } from './accounts.ts';
import { complain } from './complain.ts';
import { expectKey, isKeyId, shownKey } from './key-text.ts';
import type { NodeFlagValues } from './node-options.ts';
import { typeWord, userJson, userListLines } from './view/user-text.ts';
import { voice } from './voice.ts';

interface UserFlagValues extends NodeFlagValues {
  readonly json: boolean;
}

/** Prints every user of a node. */
export async function showUsers({ json, ...place }: UserFlagValues): Promise<void> {
  const users = await onAccounts(place, (accounts) => accounts.users());
  tell(json, { users: users.map(userJson) }, userListLines(users).map(harmlessLine));
}

/** Prints a user. */
export async function showUser(name: string, { json, ...place }: UserFlagValues): Promise<void> {
  const user = await onAccounts(place, (accounts) => ofUser(accounts, name, accounts.user(name)));
  tell(json, userJson(user), [`User '${user.name}' found`, `API Key: ${user.keyId ?? 'none'}`]);
}

/** What the command line of `gaffer user:add` says. */
export interface UserAddFlagValues extends UserFlagValues, PasswordFlagValues {
  readonly key?: string | undefined;
  readonly permission?: readonly string[] | undefined;
  readonly type: 0 | 1;
  readonly 'no-input': boolean;
}

/** Makes a user, and a key for it if there are permissions; tells whether it was wanted in the end. @throws GafferError */
export async function addUser(given: string | undefined, flags: UserAddFlagValues): Promise<boolean> {
  const { key, permission = [], type, json, 'no-input': noInput, password, 'password-file': file, ...place } = flags;
  const permissions = permission.length === 0 ? undefined : parsePermissionWords(permission);
  if (key !== undefined) {
    expectKey('--key', key);
    warnOfSecret(key);
  }
  return await onAccounts(place, async (accounts) => {
    await accounts.expectKeysAsked();
    const questions = new AccountQuestions({ noInput });
    const name = await questions.name(given, 'the name of the user');
    const secret = await questions.newPassword({ password, 'password-file': file });
    const summary = [
      `Username: ${name}`,
      `Type: ${typeWord(type)}`,
      permissions === undefined
        ? `API Key: ${key === undefined ? 'none' : shownKey(key)}`
        : `API Key: a new one for ${permissionWords(permissions).join(' ')}`,
    ];
    questions.show(summary, json);
    if (!(await questions.confirm('Create the user'))) {
      return false;
    }
    const made = permissions === undefined ? undefined : await accounts.createKey({ permissions, label: `key of ${name}` });
    await createUser(accounts, name, { password: secret, type, key: made?.secret ?? key }, made);
    const lines = [`User '${name}' created`, ...(made === undefined ? [] : [`API Key: ${made.secret}`])];
    tell(json, { ...userJson(await accounts.user(name)), ...(made !== undefined && { api_key: made.secret }) }, lines);
    if (made !== undefined) {
      complain(`nobody can tell the key again; it is called ${made.id}`);
    }
    return true;
  });
}

/** Makes a user; the key that was made for it goes again when that fails. */
async function createUser(
  accounts: RemoteAccounts,
  name: string,
  request: Parameters<RemoteAccounts['createUser']>[1],
  made: MadeKey | undefined,
): Promise<void> {
  try {
    await accounts.createUser(name, request);
  } catch (error) {
    if (made !== undefined) {
      await accounts.deleteKey(made.id).catch(() => complain(`the key ${made.id} was made: ${voice().name} key:delete ${made.id} deletes it`));
    }
    throw hasCode(error, 'user_exists') ? new GafferError('user_exists', `User '${name}' alerady exists`, { cause: error }) : error;
  }
}

/** Deletes a user, and says which key stays. */
export async function deleteUser(name: string, { json, ...place }: UserFlagValues): Promise<void> {
  const { keyId } = await onAccounts(place, async (accounts) => {
    const user = await ofUser(accounts, name, accounts.user(name));
    await ofUser(accounts, name, accounts.deleteUser(name));
    return user;
  });
  tell(json, { username: name, deleted: true, key: keyId ?? null }, [`User '${name}' deleted`]);
  if (keyId !== undefined) {
    complain(`the key ${keyId} that the user had stays valid: ${voice().name} key:delete ${keyId} deletes it`);
  }
}

/** Gives a user another password. */
export async function changePassword(
  name: string,
  { json, password, 'password-file': file, ...place }: UserFlagValues & PasswordFlagValues,
): Promise<void> {
  await onAccounts(place, async (accounts) => {
    await ofUser(accounts, name, accounts.user(name)); // before a password is typed for nothing
    await ofUser(accounts, name, accounts.setPassword(name, await new AccountQuestions().newPassword({ password, 'password-file': file })));
  });
  tell(json, { username: name, changed: 'password' }, [`${name}'s password changed`]);
}

/** Gives a user another key. */
export async function changeKey(name: string, { json, key, ...place }: UserFlagValues & { readonly key?: string | undefined }): Promise<void> {
  if (key !== undefined) {
    warnOfSecret(key);
  }
  const keyId = await onAccounts(place, async (accounts) => {
    await ofUser(accounts, name, accounts.user(name));
    await ofUser(accounts, name, accounts.setKey(name, await new AccountQuestions().key(key)));
    return (await accounts.user(name)).keyId;
  });
  tell(json, { username: name, changed: 'key', key: keyId ?? null }, [`${name}'s key changed`]);
}

function warnOfSecret(key: string): void {
  if (!isKeyId(key)) {
    process.title = voice().name; // takes the place of the command line
    complain('everybody on this machine could read the key in the list of processes: name it by its id, or type it');
  }
}
