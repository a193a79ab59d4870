import { readFileSync } from 'node:fs';
import type { Person } from './file-rights.ts';

/** What is known of users and groups. */
export interface MachineAccounts {
  userName(uid: number): string | undefined;
  groupName(gid: number): string | undefined;
  /** Who is in a group; undefined where the system's files do not have it. */
  membersOf(gid: number): readonly Person[] | undefined;
}

/** Reads the users and groups of this machine; those of directories elsewhere are not known. */
export function readMachineAccounts(): MachineAccounts {
  return machineAccounts(readIfAny('/etc/passwd'), readIfAny('/etc/group'));
}

/** The same from the texts of the two files. */
export function machineAccounts(passwd: string, group: string): MachineAccounts {
  const users = fieldsOf(passwd).map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  const groups = fieldsOf(group).map(([name = '', , gid, members = '']) => ({ name, gid: Number(gid), members: members.split(',') }));
  return {
    userName: (uid) => users.find((user) => user.uid === uid)?.name,
    groupName: (gid) => groups.find((one) => one.gid === gid)?.name,
    membersOf: (gid) => {
      const found = groups.filter((one) => one.gid === gid);
      const isIn = (user: (typeof users)[number]): boolean => user.gid === gid || found.some(({ members }) => members.includes(user.name));
      return found.length === 0 ? undefined : users.filter(isIn).map(({ uid, name }) => ({ uid, name }));
    },
  };
}

function fieldsOf(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 3);
}

function readIfAny(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // a container without users
  }
}
