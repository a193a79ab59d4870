import { readFileSync } from 'node:fs';
import { GafferError } from '../errors.ts';
import { outputOf } from './spawn.ts';

/** The user and group that a process is to run as. */
export interface Identity {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** The user's name, when the system knows it: supplementary groups belong to names. */
  readonly user: string | undefined;
}

interface Account {
  readonly name: string;
  readonly id: number;
  /** Of a user: its primary group. */
  readonly gid: number;
}

/**
 * Looks up who a job's `uid` and `gid` mean. Without `gid` the user's own group is taken.
 * @throws GafferError `invalid_config` for a name that nobody has
 */
export function resolveIdentity(uid: number | string | undefined, gid: number | string | undefined): Identity | undefined {
  if (uid === undefined && gid === undefined) {
    return undefined;
  }
  const user = uid === undefined ? undefined : findAccount('passwd', uid);
  const group = gid === undefined ? undefined : findAccount('group', gid);
  const identity = {
    uid: uid === undefined ? undefined : (user?.id ?? idOf('uid', uid)),
    gid: gid === undefined ? user?.gid : (group?.id ?? idOf('gid', gid)),
    user: user?.name,
  };
  if (identity.gid === undefined) {
    throw new GafferError('invalid_config', `uid: expected a user of this machine, no group is known for ${uid ?? ''}; set "gid" too`);
  }
  return identity;
}

/** An id without an account. */
function idOf(member: string, value: number | string): number {
  const id = numberOf(value);
  if (id === undefined) {
    throw new GafferError('invalid_config', `${member}: expected a user or group of this machine, got "${value}"`);
  }
  return id;
}

function numberOf(value: number | string): number | undefined {
  return typeof value === 'number' || /^\d+$/.test(value) ? Number(value) : undefined;
}

/** Whether this process is that user and group already. */
export function isOwnIdentity(identity: Identity): boolean {
  return (identity.uid === undefined || identity.uid === process.geteuid?.()) && (identity.gid === undefined || identity.gid === process.getegid?.());
}

function findAccount(database: 'passwd' | 'group', wanted: number | string): Account | undefined {
  const id = numberOf(wanted);
  const matches = (account: Account): boolean => account.name === wanted || account.id === id;
  const inFile = parseAccounts(readAccounts(database)).find(matches);
  // accounts that are not in the files: LDAP and the like
  return inFile ?? parseAccounts(outputOf('getent', [database, String(wanted)])).find(matches);
}

function readAccounts(database: string): string {
  try {
    return readFileSync(`/etc/${database}`, 'utf8');
  } catch {
    return ''; // a container without users
  }
}

function parseAccounts(text: string): Account[] {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 3)
    .map((fields) => ({ name: fields[0] ?? '', id: Number(fields[2]), gid: Number(fields[3]) }));
}

/**
 * What makes `setpriv` run a program as somebody else with that user's supplementary groups too; Node itself would drop
 * those groups.
 */
export function identityOptions({ uid, gid, user }: Identity): readonly string[] {
  return [
    ...(uid === undefined ? [] : [`--reuid=${uid}`]),
    ...(gid === undefined ? [] : [`--regid=${gid}`]),
    user === undefined ? '--clear-groups' : '--init-groups',
  ];
}
