import { ADMIN, NOTHING, type Permissions } from '../../../src/access/permissions.ts';
import type { NodeAccounts } from '../../../src/daemon/accounts/accounts.ts';

/** What the rows of the table need. `web` is the job shop.web, `shop` its session, `all` everything. */
export type Word =
  | 'public'
  | 'admin'
  | 'create_key'
  | 'create_user'
  | `${'read' | 'write' | 'manage'} ${'all' | 'shop' | 'web'}`
  /** Whatever is about a key: the one that is shown itself, somebody else's, an admin's, and one that there is not. */
  | `key: ${'own' | 'another' | 'an admin' | 'nobody'}`
  /** Whatever is about a user. */
  | `user: ${'ada' | 'chief, an admin' | 'nobody'}`;

const READ: readonly Word[] = ['read all', 'read shop', 'read web'];
const WRITE: readonly Word[] = ['write all', 'write shop', 'write web'];
const MANAGE: readonly Word[] = ['manage all', 'manage shop', 'manage web'];
const KEYS: readonly Word[] = ['create_key', 'key: another', 'key: nobody'];
const USERS: readonly Word[] = ['create_user', 'user: ada', 'user: nobody'];
const EVERYTHING: readonly Word[] = ['admin', ...READ, ...WRITE, ...MANAGE, ...KEYS, ...USERS, 'key: an admin', 'user: chief, an admin'];

/** Who shows no key, or one that will not do: with which status he is refused. */
export const STRANGERS = { none: 401, unknown: 403, deleted: 403 } as const;

/** What may be done with each kind of key, as section 8.3 of the reference says: besides what is public, and what is about the key itself. */
export const MAY: Readonly<Record<string, readonly Word[]>> = {
  nothing: [],
  'read *': READ,
  'read shop': ['read shop', 'read web'],
  'read shop.web': ['read web'],
  'read blog': [],
  'read shop.db': [],
  'write *': [...READ, ...WRITE],
  'write shop': ['read shop', 'read web', 'write shop', 'write web'],
  'write shop.web': ['read web', 'write web'],
  'write blog': [],
  'write shop.db': [],
  'manage *': [...READ, ...WRITE, ...MANAGE],
  'manage shop': ['read shop', 'read web', 'write shop', 'write web', 'manage shop', 'manage web'],
  'manage shop.web': ['read web', 'write web', 'manage web'],
  'manage blog': [],
  'manage shop.db': [],
  create_key: KEYS,
  create_user: USERS,
  admin: EVERYTHING,
  // a key made from another, that says of itself that it may do everything: it may what that one may
  'admin below nothing': [],
  'admin below read shop.web': ['read web'],
  'admin below write shop': ['read shop', 'read web', 'write shop', 'write web'],
  'admin below create_key': KEYS,
  'admin below manage *': [...READ, ...WRITE, ...MANAGE],
  'admin below admin below read shop': ['read shop', 'read web'],
  'read shop.web below admin': ['read web'],
  // whoever has the key of a user, or has logged in as that
  "ada's key": ['user: ada'],
  'a login of ada': ['user: ada'],
};

/** The secrets of one key of each kind, by the kind. */
export function makeKeys(accounts: NodeAccounts): Map<string, string | undefined> {
  const secrets = new Map<string, string | undefined>([
    ['none', undefined],
    ['unknown', '0123456789abcdef0123456789abcdef'],
  ]);
  const deleted = accounts.keys.create({ permissions: ADMIN });
  accounts.keys.delete(deleted.info.id);
  secrets.set('deleted', deleted.secret);
  for (const kind of Object.keys(MAY).filter((one) => !one.includes('ada'))) {
    secrets.set(kind, makeKey(accounts, kind));
  }
  return secrets;
}

/** Makes the users ada, and chief, who is an admin; the secrets of ada's keys, by their kinds. */
export async function makeUsers(accounts: NodeAccounts): Promise<ReadonlyMap<string, string>> {
  const own = accounts.keys.create({ permissions: NOTHING });
  await accounts.users.create('ada', { password: PASSWORD, type: 1, key: own.info.id, extra: {} });
  await accounts.users.create('chief', { password: PASSWORD, type: 0, key: undefined, extra: {} });
  const login = await accounts.users.login('ada', PASSWORD, '127.0.0.1');
  return new Map([
    ["ada's key", own.secret],
    ['a login of ada', login.secret],
  ]);
}

const PASSWORD = 'correct horse battery';

/** Makes a key past what keeps one from having more than its parent: the decision must not rest on that alone. */
function makeKey({ keys }: NodeAccounts, kind: string): string {
  let parent: string | undefined;
  let last = '';
  for (const words of kind.split(' below ').reverse()) {
    const { key, secret } = keys.plan({ permissions: permissionsOf(words), label: kind });
    keys.change({ addKeys: [{ ...key, parent }] });
    parent = key.id;
    last = secret;
  }
  return last;
}

function permissionsOf(words: string): Permissions {
  const [word = '', target = ''] = words.split(' ');
  const known: Readonly<Record<string, Permissions>> = {
    nothing: NOTHING,
    admin: ADMIN,
    create_key: { ...NOTHING, createKey: true },
    create_user: { ...NOTHING, createUser: true },
  };
  return known[word] ?? { ...NOTHING, [word]: [target] };
}
