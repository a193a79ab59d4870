import type { Accounts } from '../../access/book.ts';
import { GafferError } from '../../errors.ts';

/** Gives the accounts of a node. @throws GafferError `key_not_found` where no key is asked for: there is nothing to manage then */
export type KnownAccounts = () => Accounts;

/** How operations get at the accounts. */
export function knownAccounts(accounts: Accounts | undefined): KnownAccounts {
  return () => {
    if (accounts?.isRequired !== true) {
      throw new GafferError(
        'key_not_found',
        `this node asks nobody for a key, and has no users; ${accounts === undefined ? 'gafferd with --require-key does' : 'start gafferd with --require-key'}`,
      );
    }
    return accounts;
  };
}
