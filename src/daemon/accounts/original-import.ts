import { isWithin } from '../../access/permissions.ts';
import { GafferError } from '../../errors.ts';
import { quoteText } from '../../finding.ts';
import type { StoredKey, StoredUser } from './account-store.ts';
import { DEEPEST } from './key-ring.ts';
import { expectLabel } from './label.ts';
import type { OriginalAccounts, OriginalKey, OriginalUser } from './original-files.ts';
import { originalPermissions } from './original-permissions.ts';
import { isOriginalHash } from './password.ts';
import { expectSecret, hashSecret, newKeyId } from './secret.ts';
import { expectExtra } from './user-extra.ts';
import { expectUserName } from './user-name.ts';

/** What is there already. */
export interface KnownAccounts {
  /** The key with a secret, and how many it stands on, itself among them. */
  keyOf(secret: string): { readonly id: string; readonly depth: number } | undefined;
  hasUser(name: string): boolean;
}

/** What is taken over from the original gaffer, and what is said about it. */
export interface Import {
  readonly addKeys: readonly StoredKey[];
  readonly addUsers: readonly StoredUser[];
  /** Stays as it is, for it is there already. */
  readonly left: readonly string[];
  /** Is taken over otherwise than it was. */
  readonly notes: readonly string[];
  /** Can't be taken over. */
  readonly broken: readonly string[];
}

/** Decides what becomes of each key and user; of a secret nothing is said. */
export function planImport({ keys, users }: OriginalAccounts, known: KnownAccounts): Import {
  const found = new KeyImport(keys, known);
  const result = { addKeys: found.added, addUsers: [] as StoredUser[], left: found.left, notes: found.notes, broken: found.broken };
  const names = new Set<string>();
  for (const [index, row] of users.entries()) {
    const title = `the user ${quoteText(row.name ?? `in row ${index + 1}`)}`;
    try {
      const user = userOf(row);
      if (known.hasUser(user.name) || names.has(user.name)) {
        result.left.push(`${title} is there already`);
        continue;
      }
      const keyId = row.key === undefined ? undefined : found.idOf(row.key);
      if (row.key !== undefined && row.key !== '' && keyId === undefined) {
        result.notes.push(`${title} has no key any more: the one that it had is not taken over`);
      }
      names.add(user.name);
      result.addUsers.push({ ...user, keyId });
    } catch (error) {
      result.broken.push(`${title}: ${faultOf(error)}`);
    }
  }
  return result;
}

/** Keys of the original, parents before those that were made from them, wherever they stand. */
class KeyImport {
  readonly added: StoredKey[] = [];
  readonly left: string[] = [];
  readonly notes: string[] = [];
  readonly broken: string[] = [];
  readonly #rows: ReadonlyMap<string, { readonly row: OriginalKey; readonly title: string }>;
  readonly #known: KnownAccounts;
  readonly #taken = new Map<string, { readonly key: StoredKey; readonly depth: number }>();
  readonly #seen = new Set<string>();

  constructor(rows: readonly OriginalKey[], known: KnownAccounts) {
    this.#known = known;
    this.#rows = new Map(rows.map((row, index) => [row.key ?? `row ${index}`, { row, title: titleOf(row, index) }]));
    for (const secret of this.#rows.keys()) {
      for (const { row, title } of this.#unseenUpFrom(secret).toReversed()) {
        this.#take(row, title);
      }
    }
  }

  /** The id that the key with a secret has now. */
  idOf(secret: string): string | undefined {
    return this.#taken.get(secret)?.key.id ?? this.#known.keyOf(secret)?.id;
  }

  /** A key and those that it was made from, as far as they have not come yet. */
  #unseenUpFrom(secret: string): readonly { readonly row: OriginalKey; readonly title: string }[] {
    const chain = [];
    for (let at: string | null | undefined = secret; at && !this.#seen.has(at); ) {
      const entry = this.#rows.get(at);
      if (entry === undefined) {
        break;
      }
      this.#seen.add(at);
      chain.push(entry);
      at = entry.row.parent;
    }
    return chain;
  }

  #take(row: OriginalKey, title: string): void {
    if (row.key !== undefined && this.#known.keyOf(row.key) !== undefined) {
      this.left.push(`${title} is there already`);
      return;
    }
    try {
      this.#add(row, title);
    } catch (error) {
      this.broken.push(`${title}: ${faultOf(error)}`);
    }
  }

  #add(row: OriginalKey, title: string): void {
    const key = keyOf(row);
    const above = row.parent ? this.#taken.get(row.parent) : undefined;
    const parent = above === undefined ? this.#known.keyOf(row.parent ?? '') : { id: above.key.id, depth: above.depth };
    if (row.parent && parent === undefined) {
      throw new GafferError('bad_request', 'the key that it was made from is deleted, or is not taken over');
    }
    const depth = (parent?.depth ?? 0) + 1;
    if (depth > DEEPEST) {
      throw new GafferError('bad_request', `expected ${DEEPEST} keys at most that were made one from the other`);
    }
    if (above !== undefined && !isWithin(key.permissions, above.key.permissions)) {
      this.notes.push(`${title} could do more than the key that it was made from: here it can't`);
    }
    const taken = { ...key, parent: parent?.id };
    this.#taken.set(row.key ?? '', { key: taken, depth });
    this.added.push(taken);
  }
}

function keyOf({ key, data }: OriginalKey): StoredKey {
  const { label, permissions } = objectIn(data, 'data');
  const isNamed = typeof label === 'string' && label !== '';
  return {
    id: newKeyId(),
    hash: hashSecret(expectSecret(key ?? '')),
    label: isNamed ? expectLabel(label) : undefined,
    permissions: originalPermissions(permissions),
    parent: undefined,
    login: undefined,
  };
}

function userOf({ name = '', password = '', type, extra }: OriginalUser): StoredUser {
  if (!isOriginalHash(password)) {
    throw new GafferError('bad_request', 'expected a password as the original gafferd has kept it');
  }
  if (type !== 0 && type !== 1) {
    throw new GafferError('bad_request', `user_type: expected 0 or 1, got ${String(type)}`);
  }
  return { name: expectUserName(name), password, type, keyId: undefined, extra: expectExtra(objectIn(extra, 'extra')) };
}

function titleOf({ data }: OriginalKey, index: number): string {
  let label: unknown;
  try {
    ({ label } = objectIn(data, 'data'));
  } catch {
    // that is told when it is read
  }
  return typeof label === 'string' && label !== '' ? `the key ${quoteText(label)} in row ${index + 1}` : `the key in row ${index + 1}`;
}

/** JSON of an object; nothing stands for an empty one. */
function objectIn(text: string | undefined, name: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text || '{}') ?? {};
  } catch {
    value = undefined; // the parser's message quotes the text
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GafferError('bad_request', `${name}: expected an object in JSON`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function faultOf(error: unknown): string {
  if (error instanceof GafferError) {
    return error.message;
  }
  throw error;
}
