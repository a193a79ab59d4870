import type { RemoteAccounts } from '../client/accounts.ts';
import { GafferError } from '../errors.ts';
import { harmlessText } from '../finding.ts';
import { didYouMean } from '../suggestion.ts';
import { shownKey } from './key-text.ts';
import { type NodeFlagValues, remoteOptions } from './node-options.ts';

/** Does something with the keys and users of the node that the options mean: never that of a `gaffer start`, which has none. @throws GafferError */
export async function onAccounts<T>(
  flags: NodeFlagValues,
  act: (accounts: RemoteAccounts) => Promise<T>,
  own: { readonly apiKey?: string | undefined } = {},
): Promise<T> {
  const { RemoteAccounts } = await import('../client/accounts.ts');
  const accounts = new RemoteAccounts({ ...(await remoteOptions(flags)), ...own });
  try {
    return await act(accounts);
  } finally {
    accounts.close();
  }
}

/** What is asked for, where there may be no such user. @throws GafferError `user_not_found` in the words of the original */
export async function ofUser<T>(accounts: RemoteAccounts, name: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!hasCode(error, 'user_not_found')) {
      throw error;
    }
    const names = await seen(accounts.users(), (user) => user.name);
    throw new GafferError('user_not_found', `User '${name}' not found${didYouMean(name, names)}`, { cause: error });
  }
}

/** Names of what one may list; none where one may not. */
async function seen<T>(list: Promise<readonly T[]>, name: (one: T) => string): Promise<readonly string[]> {
  return await list.then(
    (all) => all.map(name),
    () => [],
  );
}

/** What is asked for, where there may be no such key. @throws GafferError `key_not_found` in the words of the original */
export async function ofKey<T>(accounts: RemoteAccounts, key: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!hasCode(error, 'key_not_found')) {
      throw error;
    }
    await accounts.expectKeysAsked(); // else there are none at all, which is told as it is
    const ids = shownKey(key) === key ? await seen(accounts.keys(), ({ id }) => id) : [];
    throw new GafferError('key_not_found', `Key '${shownKey(key)}' not found${didYouMean(key, ids)}`, { cause: error });
  }
}

/** Whether something has failed with a code. */
export function hasCode(error: unknown, code: GafferError['code']): error is GafferError {
  return error instanceof GafferError && error.code === code;
}

/** Prints what a command has to tell: one JSON value, or lines for people. */
export function tell(isJson: boolean, value: object, lines: readonly string[]): void {
  process.stdout.write(isJson ? `${JSON.stringify(value)}\n` : lines.map((line) => `${harmlessText(line)}\n`).join(''));
}
