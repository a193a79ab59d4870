import { readFileSync } from 'node:fs';
import { HIGHEST_ID } from '../job/settings.ts';
import { outputOf } from './spawn.ts';

/** A user of this machine. */
export interface User {
  readonly name: string;
  readonly id: number;
  /** Of the user's own group. */
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** A group of this machine. */
export interface Group {
  readonly name: string;
  readonly id: number;
  /** Names of its users; those whose own group it is need not be among them. */
  readonly members: readonly string[];
}

/** Finds a user by name or number. */
export function findUser(wanted: number | string): User | undefined {
  return find('passwd', wanted, ([name = '', , id, gid, , home = '', shell = '']) => {
    const ids = [idOf(id), idOf(gid)];
    return ids[0] === undefined || ids[1] === undefined ? undefined : { name, id: ids[0], gid: ids[1], home, shell };
  });
}

/** Finds a group by name or number. */
export function findGroup(wanted: number | string): Group | undefined {
  return find('group', wanted, parseGroup);
}

/** The groups whose members name a user, in their order. */
export function groupsOf(user: string): readonly number[] {
  const inFile = parse(readAccounts('/etc/group'), parseGroup).filter(({ members }) => members.includes(user));
  const elsewhere = areGroupsElsewhere() ? outputOf('getent', ['--', 'initgroups', user]).trim().split(/\s+/).slice(1) : [];
  return [...new Set([...inFile.map(({ id }) => id), ...elsewhere.flatMap((id) => idOf(id) ?? [])])].sort((a, b) => a - b);
}

/** An id as the system's files have it; undefined for anything else. */
export function idOf(text: string | undefined): number | undefined {
  const id = text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  return id !== undefined && id <= HIGHEST_ID ? id : undefined;
}

interface Account {
  readonly name: string;
  readonly id: number;
}

type ParseFields<T> = (fields: readonly string[]) => T | undefined;

/** A name is looked for before a number that it may be. */
function find<T extends Account>(database: 'passwd' | 'group', wanted: number | string, parseFields: ParseFields<T>): T | undefined {
  const text = String(wanted);
  if (!/^[^:\p{Cc}-][^:\p{Cc}]*$/u.test(text)) {
    return undefined; // no account has such a name
  }
  const id = idOf(text);
  const choose = (accounts: readonly T[]): T | undefined =>
    (typeof wanted === 'string' ? accounts.find(({ name }) => name === wanted) : undefined) ?? accounts.find((account) => account.id === id);
  // accounts that are not in the files: LDAP and the like
  return choose(parse(readAccounts(`/etc/${database}`), parseFields)) ?? choose(parse(outputOf('getent', ['--', database, text]), parseFields));
}

function parse<T>(text: string, parseFields: ParseFields<T>): readonly T[] {
  return text.split('\n').flatMap((line) => parseFields(line.split(':')) ?? []);
}

function parseGroup([name = '', , id, members = '']: readonly string[]): Group | undefined {
  const found = idOf(id);
  return found === undefined ? undefined : { name, id: found, members: members.split(',').filter((member) => member !== '') };
}

/** Whether groups have members that the file does not name. */
function areGroupsElsewhere(): boolean {
  const lines = readAccounts('/etc/nsswitch.conf').split('\n');
  const services = lines.flatMap((line) => /^\s*(?:group|initgroups):([^#]*)/.exec(line)?.[1]?.trim().split(/\s+/) ?? []);
  return services.some((service) => !['files', 'systemd'].includes(service));
}

function readAccounts(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // a container without users
  }
}
