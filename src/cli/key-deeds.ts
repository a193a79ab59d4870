import { parsePermissionWords } from '../access/permission-words.ts';
import { harmlessLine } from '../finding.ts';
import { AccountQuestions } from './account-questions.ts';
import { ofKey, onAccounts, tell } from './accounts.ts';
import { complain } from './complain.ts';
import { shownKey } from './key-text.ts';
import type { NodeFlagValues } from './node-options.ts';
import { keyJson, keyLines, keyListLines, keyRequestJson } from './view/key-text.ts';

interface KeyFlagValues extends NodeFlagValues {
  readonly json: boolean;
}

/** Prints every key of a node, or those that were made from one. */
export async function showKeys({ json, parent, ...place }: KeyFlagValues & { readonly parent?: string | undefined }): Promise<void> {
  const keys = await onAccounts(place, (accounts) => (parent === undefined ? accounts.keys() : ofKey(accounts, parent, accounts.keysUnder(parent))));
  tell(json, { keys: keys.map(keyJson) }, keyListLines(keys).map(harmlessLine));
}

/** Prints a key, and what it allows. */
export async function showKey(key: string, { json, ...place }: KeyFlagValues): Promise<void> {
  const info = await onAccounts(place, (accounts) => ofKey(accounts, key, accounts.key(key)));
  tell(json, keyJson(info), [`Key '${info.id}' found.`, ...keyLines(info)]);
}

/** What the command line of `gaffer key:create` says. */
export interface KeyCreateFlagValues extends KeyFlagValues {
  readonly label?: string | undefined;
  readonly parent?: string | undefined;
  readonly 'no-input': boolean;
}

/** Makes a key and prints its secret, once; tells whether it was wanted in the end. @throws GafferError */
export async function createKey(words: readonly string[], flags: KeyCreateFlagValues): Promise<boolean> {
  const { json, label, parent, 'no-input': noInput, ...place } = flags;
  const request = { permissions: parsePermissionWords(words), label, parent };
  return await onAccounts(place, async (accounts) => {
    await accounts.expectKeysAsked();
    const questions = new AccountQuestions({ noInput });
    questions.show(keyLines(request), json);
    if (!(await questions.confirm('Create the key'))) {
      return false;
    }
    const made = accounts.createKey(request);
    const { id, secret } = await (parent === undefined ? made : ofKey(accounts, parent, made));
    tell(json, { key: id, api_key: secret, ...keyRequestJson(request) }, [`The key '${id}' has been created.`, `API Key: ${secret}`]);
    complain(`nobody can tell the key again: keep it now. It is sent by --api-key or GAFFER_API_KEY, and called ${id}`);
    return true;
  });
}

/** Deletes a key, and those that were made from it. */
export async function deleteKey(key: string, { json, ...place }: KeyFlagValues): Promise<void> {
  const under = await onAccounts(place, async (accounts) => {
    const keys = await ofKey(accounts, key, accounts.keysUnder(key));
    await ofKey(accounts, key, accounts.deleteKey(key));
    return keys.map(({ id }) => id);
  });
  tell(json, { key: shownKey(key), deleted: true, under }, [`The key '${shownKey(key)}' has been deleted.`]);
  if (under.length > 0) {
    complain(`with it went those that were made from it: ${under.join(', ')}`);
  }
}
