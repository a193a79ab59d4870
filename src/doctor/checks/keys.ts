import type { KeyInfo, UserInfo } from '../../access/accounts.ts';
import { type Diagnosis, diagnosesOf } from '../diagnosis.ts';

/** What is known of the accounts of a node. */
export interface AccountFacts {
  readonly keys: readonly Pick<KeyInfo, 'id' | 'label' | 'permissions'>[];
  readonly users: readonly Pick<UserInfo, 'name' | 'type' | 'keyId'>[];
}

/** More than these are hard to look after. */
const MANY_ADMINS = 3;

const say = diagnosesOf('access');

/** Judges the keys and users that there are. */
export function checkAccounts({ keys, users }: AccountFacts): readonly Diagnosis[] {
  const unnamed = keys.filter(({ label }) => label === undefined || label === '');
  const admins = users.filter(({ type, keyId }) => type === 0 || keys.some(({ id, permissions }) => id === keyId && permissions.admin));
  return [
    ...(unnamed.length > 0
      ? [
          say.advice(
            'unnamed-keys',
            `${unnamed.length} of ${keys.length} keys have no label, and nobody can tell whose they are: ${unnamed
              .slice(0, 3)
              .map(({ id }) => id)
              .join(', ')}${unnamed.length > 3 ? ' …' : ''}`,
            'make others with a label, then gaffer key:delete these',
          ),
        ]
      : []),
    ...(admins.length > MANY_ADMINS
      ? [
          say.advice(
            'many-admins',
            `${admins.length} users can do everything: ${admins.map(({ name }) => name).join(', ')}`,
            'gaffer user:del those who need it no more',
          ),
        ]
      : []),
  ];
}
