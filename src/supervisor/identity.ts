import { GafferError } from '../errors.ts';
import { HIGHEST_ID } from '../job/settings.ts';
import { findGroup, findUser, groupsOf, idOf, type User } from './user-database.ts';

/** The user and group that a process is to run as. */
export interface Identity {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** All that it is in, that one too. */
  readonly groups: readonly number[];
  /** Undefined when no user was asked for, or the system does not know one of that number. */
  readonly user: User | undefined;
}

/**
 * Looks up who a job's `uid` and `gid` mean. Without `gid` the user's own group is taken; the user is in the groups that have it as a member as well.
 * @throws GafferError `invalid_config` for a name or number that can't be somebody's
 */
export function resolveIdentity(uid: number | string | undefined, gid: number | string | undefined): Identity | undefined {
  if (uid === undefined && gid === undefined) {
    return undefined;
  }
  const user = uid === undefined ? undefined : findUser(uid);
  const ownUid = uid === undefined ? undefined : (user?.id ?? withoutAccount('uid', uid));
  const ownGid = gid === undefined ? user?.gid : (findGroup(gid)?.id ?? withoutAccount('gid', gid));
  if (ownGid === undefined) {
    throw new GafferError('invalid_config', `uid: expected a user of this machine, no group is known for ${uid ?? ''}; set "gid" too`);
  }
  const groups = user === undefined ? [] : groupsOf(user.name);
  return { uid: ownUid, gid: ownGid, groups: [...new Set([ownGid, ...groups])], user };
}

/** An id without an account. */
function withoutAccount(member: string, value: number | string): number {
  const id = idOf(String(value));
  if (id === undefined) {
    throw new GafferError('invalid_config', `${member}: expected a user or group of this machine, got "${value}"${rangeOf(value)}`);
  }
  return id;
}

function rangeOf(value: number | string): string {
  return /^\d+$/.test(String(value)) ? `; numbers go from 0 to ${HIGHEST_ID}` : '';
}

/** Whether this process is that user and group already, and as root in no other groups than that user. */
export function isOwnIdentity({ uid, gid, groups }: Identity): boolean {
  const isSame = (uid === undefined || uid === process.geteuid?.()) && (gid === undefined || gid === process.getegid?.());
  return isSame && (process.geteuid?.() !== 0 || uid === undefined || isSameSet(groups, process.getgroups?.() ?? []));
}

/** How to call who that is: `www-data`, or `user 4711 and group 33`. */
export function nameOfIdentity({ uid, gid, user }: Identity): string {
  const name = user?.name ?? (uid === undefined ? undefined : `user ${uid}`);
  return user !== undefined && gid === user.gid ? user.name : [name, `group ${gid ?? ''}`].filter((part) => part !== undefined).join(' and ');
}

/** What somebody's programs look for in their environment: whose they are, and where that user's files are. */
export function environmentOfUser({ uid, user }: Identity): Readonly<Record<string, string>> {
  if (uid === undefined) {
    return {};
  }
  const { name = String(uid), home = '', shell = '' } = user ?? {};
  return { HOME: home === '' ? '/' : home, USER: name, LOGNAME: name, SHELL: shell === '' ? '/bin/sh' : shell };
}

function isSameSet(one: readonly number[], other: readonly number[]): boolean {
  const [a, b] = [new Set(one), new Set(other)];
  return a.size === b.size && [...a].every((id) => b.has(id));
}
