import type { UserInfo } from '../../access/accounts.ts';

/** What kind of user it is, in a word. */
export function typeWord(type: UserInfo['type']): string {
  return type === 0 ? 'user' : 'app';
}

/** A user as it is printed for programs: as the API tells it. */
export function userJson({ name, type, keyId, extra }: UserInfo): Readonly<Record<string, unknown>> {
  return { ...extra, username: name, user_type: type, key: keyId ?? null };
}

/** A list of users, a line each: the name, what kind it is, the id of its key. */
export function userListLines(users: readonly UserInfo[]): readonly string[] {
  const width = Math.max(0, ...users.map(({ name }) => name.length));
  return users.map(({ name, type, keyId }) => `${name.padEnd(width)}  ${typeWord(type).padEnd(4)}  ${keyId ?? 'no key'}`);
}
