import type { KeyInfo, KeyRequest } from '../../access/accounts.ts';
import { NOTHING } from '../../access/permissions.ts';
import { GafferError } from '../../errors.ts';
import type { KeyRing } from './key-ring.ts';
import { expectSecret, isKeyId } from './secret.ts';

/** The key that a text stands for which is to be a user's. */
export type UserKey =
  /** One that there is. Whoever names its id need not know its secret. */
  | { readonly kind: 'id' | 'secret'; readonly keyId: string }
  /** One that is to be made, with the text for a secret. */
  | { readonly kind: 'new'; readonly request: KeyRequest };

/** What a text is compared with. */
export interface KnownKeys {
  readonly keys: KeyRing;
  /** The user's key until now: a new one can do what that can. */
  readonly present: KeyInfo | undefined;
}

/** Finds out which key a text stands for. @throws GafferError `key_not_found` for an id that no key has, `bad_request` for a text that will not do */
export function resolveKey(text: string, { keys, present }: KnownKeys): UserKey {
  const known = keys.find(text);
  if (known === undefined) {
    if (isKeyId(text)) {
      throw new GafferError('key_not_found', `there is no key ${text}; gaffer keys lists those that there are`);
    }
    const { permissions = NOTHING, parent } = present ?? {};
    return { kind: 'new', request: { permissions, parent, secret: expectSecret(text) } };
  }
  if (keys.endsWithLogin(known.id)) {
    throw new GafferError('bad_request', `key: expected one that stays, got ${known.id}, which came from a login and ends with it; make another one`);
  }
  return { kind: known.id === text ? 'id' : 'secret', keyId: known.id };
}
