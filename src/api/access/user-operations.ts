import type { UserInfo, UserRequest } from '../../access/accounts.ts';
import type { Accounts } from '../../access/book.ts';
import type { Need } from '../../access/permissions.ts';
import { GafferError } from '../../errors.ts';
import { type Call, type CallNeed, flag, type JsonBody, OK, type Paths } from '../operation.ts';
import { OK_ANSWER, object, TEXT } from '../schemas.ts';
import { basicCredentials } from './basic-credentials.ts';
import { toldOnce } from './key-operations.ts';
import { knownAccounts } from './known-accounts.ts';

const KEY_TEXT = { anyOf: [TEXT, { type: 'null' }] };
const TYPE = { enum: [0, 1] };
const USER = {
  type: 'object',
  properties: { username: TEXT, user_type: TYPE, key: KEY_TEXT },
  required: ['username', 'user_type', 'key'],
} as const;
const EXAMPLE = { username: 'ada', user_type: 1, key: 'key-5f3c9a01b2d4' };

const NEW_USER: JsonBody = {
  kind: 'json',
  hasSecrets: true,
  schema: { type: 'object', properties: { username: TEXT, password: TEXT, user_type: TYPE, key: KEY_TEXT }, required: ['username', 'password'] },
  example: { username: 'bea', password: 'correct horse battery', user_type: 1 },
};

const OTHER_USER: JsonBody = {
  ...NEW_USER,
  schema: { type: 'object', properties: { username: TEXT, password: TEXT, user_type: TYPE, key: KEY_TEXT }, required: ['password'] },
  example: { password: 'correct horse battery', user_type: 1 },
};

const PASSWORD: JsonBody = { kind: 'json', hasSecrets: true, schema: object({ password: TEXT }), example: { password: 'correct horse battery' } };
const USERS_KEY: JsonBody = { kind: 'json', hasSecrets: true, schema: object({ key: TEXT }), example: { key: 'a-secret-of-my-own' } };

/** A user, as it is sent; whatever else is in it is kept beside. */
interface UserBody extends Readonly<Record<string, unknown>> {
  readonly username?: string;
  readonly password: string;
  readonly user_type?: 0 | 1;
  readonly key?: string | null;
}

/** What can be done with users, and how they get a key. */
export function userOperations(accounts: Accounts | undefined): Paths {
  const known = knownAccounts(accounts);
  /** Oneself, or anybody for those who make users; an admin only by an admin. Whether there is another one only those learn. */
  const need: CallNeed = {
    words: 'create_user, or it is oneself; admin for an admin',
    of: (call) => {
      const all = known();
      const info = find(all, nameOf(call));
      const need: Need =
        info === undefined ? { kind: 'create_user' } : { kind: 'user_itself', isOwn: isOwn(call, all, info.name), isAdmins: isAdmin(all, info) };
      if (call.isHead && !call.caller.may(need)) {
        throw new GafferError('user_not_found', `there is no user "${nameOf(call)}"`);
      }
      return need;
    },
  };
  return {
    '/auth': {
      GET: {
        id: 'login',
        summary: 'Makes a key for a user who sends name and password (`Authorization: Basic`); it can do what the user can',
        need: 'public',
        hasOldErrors: true,
        success: {
          status: 200,
          description: 'the key; it is told once',
          schema: object({ api_key: TEXT, key: TEXT }),
          example: { api_key: '0a1b2c3d4e5f60718293a4b5c6d7e8f9', key: EXAMPLE.key },
        },
        errors: ['key_not_found', 'unauthorized', 'forbidden', 'too_many_attempts'],
        answer: async (call) => {
          const { users } = known();
          const { name, password } = basicCredentials(call.authorization);
          return toldOnce(call, {}, await users.login(name, password, call.from ?? 'unix'));
        },
      },
    },
    '/users': {
      GET: {
        id: 'users',
        summary: 'Every user',
        need: 'admin',
        hasOldErrors: true,
        query: { include_user: flag('`true`: with what is known of them') },
        success: {
          status: 200,
          description: 'in the order in which they were made; nothing of their passwords is told',
          schema: object({ users: { type: 'array', items: { anyOf: [TEXT, USER] } } }),
          example: { users: ['ada'] },
        },
        answer: async ({ query }) => ({
          json: { users: known().users.all.map((info) => (query['include_user'] === 'true' ? userRecord(info) : info.name)) },
        }),
      },
      POST: {
        id: 'addUser',
        summary: 'Makes a user: `user_type` 0 is a person who may be an admin, 1 an application. `key` is the id or secret of a key, or a new secret',
        need: 'create_user',
        hasOldErrors: true,
        body: NEW_USER,
        success: { status: 200, description: 'it is kept', schema: OK_ANSWER, example: OK },
        errors: ['user_exists', 'key_not_found'],
        answer: async (call) => {
          const request = requestOf(call, known(), undefined);
          await known().users.create((call.body as UserBody).username ?? '', request);
          return { json: OK };
        },
      },
    },
    '/users/:user': {
      GET: {
        id: 'user',
        summary: 'A user',
        need,
        hasOldErrors: true,
        success: { status: 200, description: 'what is known of it; nothing of its password', schema: USER, example: EXAMPLE },
        errors: ['user_not_found'],
        answer: async (call) => ({ json: userRecord(known().users.get(nameOf(call))) }),
      },
      PUT: {
        id: 'replaceUser',
        summary: 'Replaces what is known of a user: what is left out is forgotten, the key too',
        need,
        hasOldErrors: true,
        body: OTHER_USER,
        success: { status: 200, description: 'it is replaced', schema: OK_ANSWER, example: OK },
        errors: ['user_not_found', 'key_not_found'],
        answer: async (call) => {
          await known().users.replace(nameOf(call), requestOf(call, known(), known().users.get(nameOf(call))));
          return { json: OK };
        },
      },
      DELETE: {
        id: 'removeUser',
        summary: 'Deletes a user and the keys that came from logins; the key that the user had stays',
        need,
        hasOldErrors: true,
        success: { status: 200, description: 'it is gone', schema: OK_ANSWER, example: OK },
        errors: ['user_not_found'],
        answer: async (call) => {
          known().users.delete(nameOf(call));
          return { json: OK };
        },
      },
    },
    '/users/:user/password': {
      PUT: {
        id: 'setPassword',
        summary: 'Gives a user another password; keys that came from logins are deleted, but for the one that asks',
        need,
        hasOldErrors: true,
        body: PASSWORD,
        success: { status: 200, description: 'it is changed', schema: OK_ANSWER, example: OK },
        errors: ['user_not_found'],
        answer: async (call) => {
          await known().users.setPassword(nameOf(call), (call.body as UserBody).password, call.caller.keyId);
          return { json: OK };
        },
      },
    },
    '/users/:user/key': {
      PUT: {
        id: 'setUserKey',
        summary: 'Gives a user another key: the id or secret of one that there is, or a new secret, for the same rights as before',
        need,
        hasOldErrors: true,
        body: USERS_KEY,
        success: { status: 200, description: 'it is changed', schema: OK_ANSWER, example: OK },
        errors: ['user_not_found', 'key_not_found'],
        answer: async (call) => {
          const all = known();
          const key = keyOf(call, all, all.users.get(nameOf(call)));
          all.users.setKey(nameOf(call), key);
          return { json: OK };
        },
      },
    },
  };
}

/** What is asked for, where whoever asks may give it. @throws GafferError `forbidden`, `key_not_found`, `bad_request` */
function requestOf(call: Call, all: Accounts, present: UserInfo | undefined): UserRequest {
  const { username, password, user_type: type = 1, key: _, ...extra } = call.body as UserBody;
  if (present !== undefined && username !== undefined && username !== present.name) {
    throw new GafferError('bad_request', `username: expected "${present.name}", as in the path; a user can't be renamed`);
  }
  if (type === 0 && present?.type !== 0) {
    call.caller.expect({ kind: 'admin' });
  }
  return { password, type, key: keyOf(call, all, present), extra };
}

/** The key that a user is to have. Whoever names it by its secret has it already; by its id only an admin may give it away. */
function keyOf({ body, caller }: Call, { keys }: Accounts, present: UserInfo | undefined): string | undefined {
  const key = (body as UserBody).key ?? undefined;
  if (key !== undefined && /^key-[0-9a-f]{12}$/.test(key) && key !== present?.keyId && key !== caller.keyId) {
    caller.expect({ kind: 'admin' });
    return keys.get(key).id;
  }
  return key;
}

/** A user as it is sent: what else was said about it can't take the place of what is known. */
function userRecord({ name, type, keyId, extra }: UserInfo): unknown {
  return { ...extra, username: name, user_type: type, key: keyId ?? null };
}

function nameOf({ params }: Call): string {
  return params['user'] ?? '';
}

function isOwn({ caller: { holder } }: Call, { users }: Accounts, name: string): boolean {
  return holder !== undefined && users.isOwn(holder, name);
}

/** Whether whoever becomes this user can do everything. */
function isAdmin({ keys }: Accounts, { type, keyId }: UserInfo): boolean {
  return type === 0 || (keyId !== undefined && keys.get(keyId).permissions.admin);
}

function find({ users }: Accounts, name: string): UserInfo | undefined {
  try {
    return users.get(name);
  } catch (error) {
    if (error instanceof GafferError && error.code === 'user_not_found') {
      return undefined;
    }
    throw error;
  }
}
