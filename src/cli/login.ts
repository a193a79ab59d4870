import type { RemoteAccounts } from '../client/accounts.ts';
import { OWN_KEY } from '../client/accounts.ts';
import { GafferError } from '../errors.ts';
import { AccountQuestions, type PasswordFlagValues } from './account-questions.ts';
import { hasCode, onAccounts, tell } from './accounts.ts';
import { complain } from './complain.ts';
import { isLoss } from './lasting.ts';
import type { NodeFlagValues } from './node-options.ts';
import { readNodeSettings, writeNodeKey } from './user-config.ts';
import { userConfigPath } from './user-config-path.ts';
import { voice } from './voice.ts';

/** What the command line of `gaffer login` says. */
export interface LoginFlagValues extends NodeFlagValues, PasswordFlagValues {
  readonly username?: string | undefined;
  readonly json: boolean;
}

/** Gets a key for a user who knows the password, and keeps it for the node. @throws GafferError */
export async function login({ username, password, 'password-file': file, json, ...place }: LoginFlagValues): Promise<void> {
  const path = userConfigPath(process.env);
  const act = async (accounts: RemoteAccounts): Promise<void> => {
    await accounts.expectKeysAsked(); // before a password is typed for nothing
    const questions = new AccountQuestions();
    const name = await questions.name(username, '--username NAME');
    const { id, secret } = await accounts.login(name, await questions.password({ password, 'password-file': file }));
    try {
      writeNodeKey(path, accounts.endpoint, secret);
    } catch (error) {
      await onAccounts(place, (own) => own.deleteKey(OWN_KEY), { apiKey: secret }).catch(() => undefined);
      throw error;
    }
    tell(json, { endpoint: accounts.endpoint, username: name, key: id }, [`User '${name}' authenticated.`]);
    if (process.env['GAFFER_API_KEY']) {
      complain('GAFFER_API_KEY is set, and goes before the key of this login');
    }
  };
  await onAccounts({ ...place, 'api-key': undefined }, act, { apiKey: undefined });
}

/** What became of the key of a login. */
type Farewell = 'deleted' | 'gone' | 'kept';

/** Deletes the key that a login has made, and forgets it. @throws GafferError `io_failed` */
export async function logout({ json, ...place }: NodeFlagValues & { readonly json: boolean }): Promise<void> {
  const path = userConfigPath(process.env);
  const { endpoint, farewell } = await onAccounts({ ...place, 'api-key': undefined }, async ({ endpoint }) => {
    const { key: secret } = readNodeSettings(path, endpoint);
    if (secret === undefined) {
      return { endpoint, farewell: undefined };
    }
    const farewell = await onAccounts(place, (own) => deleteOwn(own), { apiKey: secret });
    writeNodeKey(path, endpoint, undefined);
    return { endpoint, farewell };
  });
  const line = farewell === undefined ? `Not logged in at ${endpoint}.` : `Logged out of ${endpoint}.`;
  tell(json, { endpoint, was_logged_in: farewell !== undefined, key_deleted: farewell === 'deleted' }, [line]);
}

/** Deletes the key that is shown, if it came from a login: others are perhaps used elsewhere. */
async function deleteOwn(own: RemoteAccounts): Promise<Farewell> {
  try {
    const { id, label } = await own.key(OWN_KEY);
    if (label?.startsWith('login of ') !== true) {
      complain(`the key ${id} did not come from a login, and stays valid: ${voice().name} key:delete ${id} deletes it`);
      return 'kept';
    }
    await own.deleteKey(id);
    return 'deleted';
  } catch (error) {
    if (hasCode(error, 'forbidden') || hasCode(error, 'key_not_found')) {
      return 'gone'; // somebody was quicker, or the node asks for no keys any more
    }
    if (!(error instanceof GafferError) || !isLoss(error)) {
      throw error;
    }
    complain(`${error.message}; the key is forgotten here, and stays valid there until it is deleted or the password changed`);
    return 'kept';
  }
}
