import type { KeyInfo, NewKey } from '../../access/accounts.ts';
import type { Accounts } from '../../access/book.ts';
import { type PermissionsRecord, parsePermissions, permissionsRecord } from '../../access/permissions.ts';
import { GafferError, messageOf } from '../../errors.ts';
import { type Call, type CallNeed, flag, type JsonAnswer, type JsonBody, OK, type Paths } from '../operation.ts';
import { FLAG, listOf, OK_ANSWER, object, TEXT } from '../schemas.ts';
import { knownAccounts } from './known-accounts.ts';

const TARGETS = listOf(TEXT);
const PERMISSIONS = object({ admin: FLAG, create_key: FLAG, create_user: FLAG, manage: TARGETS, write: TARGETS, read: TARGETS }, [
  'admin',
  'create_key',
  'create_user',
  'manage',
  'write',
  'read',
]);
const KEY = object({ key: TEXT, permissions: PERMISSIONS, label: TEXT, parent: TEXT }, ['label', 'parent']);
const EXAMPLE = { key: 'key-5f3c9a01b2d4', permissions: { manage: ['shop'] }, label: 'deploys' };
const LONGEST_LABEL = 200;

const NEW_KEY: JsonBody = {
  kind: 'json',
  hasSecrets: true,
  schema: object({ permissions: PERMISSIONS, label: { anyOf: [TEXT, { type: 'null' }] }, parent: { anyOf: [TEXT, { type: 'null' }] }, key: {} }, [
    'label',
    'parent',
    'key',
  ]),
  example: { permissions: { manage: ['shop'] }, label: 'deploys' },
  problems: (body) => problemsOf(body as { permissions?: unknown; label?: unknown }),
};

/** A new key, as it is sent. A `key` of one's own is not taken, as in the original. */
interface KeyBody {
  readonly permissions: PermissionsRecord;
  readonly label?: string | null;
  readonly parent?: string | null;
}

/** What can be done with keys. A key is named by its id; whoever has its secret can name it by that. */
export function keyOperations(accounts: Accounts | undefined): Paths {
  const known = knownAccounts(accounts);
  /** One's own, or any for those who make keys; whether there is another one only those learn. */
  const need: CallNeed = {
    words: "create_key, or it is one's own; admin for an admin's",
    of: (call) => {
      const info = find(known(), nameOf(call));
      return info === undefined
        ? { kind: 'create_key' }
        : { kind: 'key_itself', isOwn: info.id === call.caller.keyId, isAdmins: info.permissions.admin };
    },
  };
  return {
    '/keys': {
      GET: {
        id: 'keys',
        summary: 'Every key, by its id',
        need: 'admin',
        hasOldErrors: true,
        query: { include_keys: flag('`true`: with what they allow') },
        success: {
          status: 200,
          description: 'the keys in the order in which they were made; secrets are told by none',
          schema: object({ keys: { type: 'array', items: { anyOf: [TEXT, KEY] } } }),
          example: { keys: [EXAMPLE.key] },
        },
        answer: async ({ query }) => ({
          json: { keys: known().keys.all.map((info) => (query['include_keys'] === 'true' ? keyRecord(info) : info.id)) },
        }),
      },
      POST: {
        id: 'addKey',
        summary: 'Makes a key; its secret is told in the answer, and never again',
        need: 'create_key',
        hasOldErrors: true,
        body: NEW_KEY,
        success: {
          status: 200,
          description: 'it is kept',
          schema: object({ ok: { const: true }, api_key: TEXT, key: TEXT }),
          example: { ...OK, api_key: '0a1b2c3d4e5f60718293a4b5c6d7e8f9', key: EXAMPLE.key },
        },
        errors: ['key_not_found', 'forbidden'],
        answer: async (call) => toldOnce(call, OK, create(call, known())),
      },
    },
    '/keys/:key': {
      GET: {
        id: 'key',
        summary: 'A key, and what it allows',
        need,
        hasOldErrors: true,
        query: { include_keys: flag('`true`: with the keys that were made from it') },
        success: {
          status: 200,
          description: 'the key',
          schema: object({ key: TEXT, permissions: PERMISSIONS, label: TEXT, parent: TEXT, keys: listOf(KEY) }, ['label', 'parent', 'keys']),
          example: EXAMPLE,
        },
        errors: ['key_not_found'],
        answer: async (call) => {
          const info = known().keys.get(nameOf(call));
          const under = call.query['include_keys'] === 'true' ? { keys: known().keys.under(info.id).map(keyRecord) } : {};
          return { json: { ...keyRecord(info), ...under } };
        },
      },
      DELETE: {
        id: 'removeKey',
        summary: 'Deletes a key and those that were made from it; who uses them is cut off at once',
        need,
        hasOldErrors: true,
        success: { status: 200, description: 'it is gone', schema: OK_ANSWER, example: OK },
        errors: ['key_not_found'],
        answer: async (call) => {
          known().keys.delete(nameOf(call));
          return { json: OK };
        },
      },
    },
  };
}

/** The answer that a secret is told in: nobody in between is to keep it. */
export function toldOnce(call: Call, members: object, { info, secret }: NewKey): JsonAnswer {
  return {
    json: { ...members, api_key: secret, key: info.id },
    headers: { 'x-api-key': secret, location: `${call.origin}/keys/${info.id}`, 'cache-control': 'no-store' },
  };
}

function create({ caller, body }: Call, { keys }: Accounts): NewKey {
  const { permissions, label, parent } = body as KeyBody;
  const wanted = parsePermissions(permissions);
  if (wanted.admin) {
    caller.expect({ kind: 'admin' });
  }
  return keys.create({ permissions: wanted, label: label ?? undefined, parent: parent ?? undefined });
}

/** A key as it is sent. */
function keyRecord({ id, permissions, label, parent }: KeyInfo): Readonly<Record<string, unknown>> {
  return { key: id, permissions: permissionsRecord(permissions), ...(label !== undefined && { label }), ...(parent !== undefined && { parent }) };
}

/** `own` is the key that the request is sent with. */
function nameOf({ params, caller }: Call): string {
  const name = params['key'] ?? '';
  return name === 'own' ? (caller.keyId ?? name) : name;
}

function find({ keys }: Accounts, name: string): KeyInfo | undefined {
  try {
    return keys.get(name);
  } catch (error) {
    if (error instanceof GafferError && error.code === 'key_not_found') {
      return undefined;
    }
    throw error;
  }
}

function problemsOf({ permissions, label }: { permissions?: unknown; label?: unknown }): readonly string[] {
  const problems: string[] = [];
  if (typeof label === 'string' && (label.length > LONGEST_LABEL || /\p{Cc}/u.test(label))) {
    problems.push(`label: expected at most ${LONGEST_LABEL} characters on one line`);
  }
  if (permissions !== undefined) {
    try {
      parsePermissions(permissions);
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  return problems;
}
