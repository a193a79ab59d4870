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
  return {
    uid: user?.id ?? numberOf('uid', uid),
    gid: group?.id ?? numberOf('gid', gid) ?? user?.gid,
    user: user?.name,
  };
}

function numberOf(member: string, value: number | string | undefined): number | undefined {
  if (typeof value === 'string' && !/^\d+$/.test(value)) {
    throw new GafferError('invalid_config', `${member}: expected a user or group of this machine, got "${value}"`);
  }
  return value === undefined ? undefined : Number(value);
}

/** Whether this process is that user and group already. */
export function isOwnIdentity(identity: Identity): boolean {
  return (identity.uid === undefined || identity.uid === process.geteuid?.()) && (identity.gid === undefined || identity.gid === process.getegid?.());
}

function findAccount(database: 'passwd' | 'group', wanted: number | string): Account | undefined {
  const matches = (account: Account): boolean => account.name === wanted || account.id === Number(wanted);
  const inFile = parseAccounts(readFileSync(`/etc/${database}`, 'utf8')).find(matches);
  // accounts that are not in the files: LDAP and the like
  return inFile ?? parseAccounts(outputOf('getent', [database, String(wanted)])).find(matches);
}

function parseAccounts(text: string): Account[] {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 3)
    .map((fields) => ({ name: fields[0] ?? '', id: Number(fields[2]), gid: Number(fields[3]) }));
}

/**
 * The words that run a program as somebody else with that user's supplementary groups too. Node itself would drop
 * those groups, so on Linux `setpriv` does it.
 */
export function asIdentity(identity: Identity, file: string, args: readonly string[]): { readonly file: string; readonly args: readonly string[] } {
  const options = [
    ...(identity.uid === undefined ? [] : [`--reuid=${identity.uid}`]),
    ...(identity.gid === undefined ? [] : [`--regid=${identity.gid}`]),
    identity.user === undefined || identity.gid === undefined ? '--clear-groups' : '--init-groups',
  ];
  return { file: 'setpriv', args: [...options, '--', file, ...args] };
}
