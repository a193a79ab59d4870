import { GafferError } from '../errors.ts';
import { formatJobName, type JobName, parseJobName } from '../job/name.ts';

/** What the holder of a key may do. A target is `*` (everything), a session, or a job's full name. */
export interface Permissions {
  /** Everything. */
  readonly admin: boolean;
  /** Make, see and delete keys. */
  readonly createKey: boolean;
  /** Make, change and delete users. */
  readonly createUser: boolean;
  /** Do anything with these; that is to write and to read as well. */
  readonly manage: readonly string[];
  /** Write to processes of these, and read. */
  readonly write: readonly string[];
  /** See these: their state, statistics, output. */
  readonly read: readonly string[];
}

/** The same as it is sent: every member may be missing. */
export interface PermissionsRecord {
  readonly admin?: boolean;
  readonly create_key?: boolean;
  readonly create_user?: boolean;
  readonly manage?: readonly string[];
  readonly write?: readonly string[];
  readonly read?: readonly string[];
}

/** How much of a target somebody wants. */
export type Right = 'read' | 'write' | 'manage';

/** Whom a right is about: everything, a session, a job, or, where nodes register, one of them. */
export type Target =
  | { readonly kind: 'all' }
  | { readonly kind: 'session'; readonly session: string }
  | { readonly kind: 'node'; readonly node: string }
  | {
      readonly kind: 'job';
      readonly job: JobName;
      /** Only a process of it was named: whose that is not everybody may learn. */
      readonly isUnnamed?: boolean;
    };

/** What a request needs. */
export type Need =
  /** Nothing: anybody may. */
  | { readonly kind: 'public' }
  /** Any key that is valid. */
  | { readonly kind: 'key' }
  | { readonly kind: 'admin' }
  | { readonly kind: 'create_key' }
  | { readonly kind: 'create_user' }
  | { readonly kind: 'right'; readonly right: Right; readonly target: Target }
  /** To see, change or delete a key: one's own, or for those who make keys any that is no admin's. */
  | { readonly kind: 'key_itself'; readonly isOwn: boolean; readonly isAdmins: boolean }
  /** The same of a user. */
  | { readonly kind: 'user_itself'; readonly isOwn: boolean; readonly isAdmins: boolean };

/** May do everything. */
export const ADMIN: Permissions = { admin: true, createKey: true, createUser: true, manage: ['*'], write: ['*'], read: ['*'] };

/** May do nothing but show that it is valid. */
export const NOTHING: Permissions = { admin: false, createKey: false, createUser: false, manage: [], write: [], read: [] };

/** Rights that one implies, itself first: whoever manages may write, whoever writes may read. */
const IMPLIED_BY: Readonly<Record<Right, readonly Right[]>> = { read: ['read', 'write', 'manage'], write: ['write', 'manage'], manage: ['manage'] };

/** The one decision: whether a key with these permissions may do what a request needs. */
export function isAllowed(permissions: Permissions, need: Need): boolean {
  if (permissions.admin) {
    return true;
  }
  switch (need.kind) {
    case 'public':
    case 'key':
      return true;
    case 'admin':
      return false;
    case 'create_key':
      return permissions.createKey;
    case 'create_user':
      return permissions.createUser;
    case 'key_itself':
      return need.isOwn || (permissions.createKey && !need.isAdmins);
    case 'user_itself':
      return need.isOwn || (permissions.createUser && !need.isAdmins);
    case 'right':
      return hasRight(permissions, need.right, need.target);
  }
}

function hasRight(permissions: Permissions, right: Right, target: Target): boolean {
  return IMPLIED_BY[right].some((one) => permissions[one].some((given) => covers(given, target)));
}

/** Whether a target that is written in a key covers another: `*` all, a session its jobs, a job itself alone. */
function covers(given: string, target: Target): boolean {
  if (given === '*') {
    return true;
  }
  switch (target.kind) {
    case 'all':
      return false;
    case 'session':
      return given === target.session && !isJob(given);
    case 'node':
      return given === target.node;
    case 'job':
      return given === (isJob(given) ? formatJobName(target.job) : target.job.session);
  }
}

/** No session has a dot in its name: one that is asked for is a part of a job's name. */
function isJob(given: string): boolean {
  return given.includes('.');
}

/** Whether somebody with these permissions may hand out those: nobody gives what he does not have. */
export function isWithin(given: Permissions, own: Permissions): boolean {
  const isFlagWithin = (name: 'admin' | 'createKey' | 'createUser'): boolean => !given[name] || own.admin || own[name];
  const areTargetsWithin = (right: Right): boolean => given[right].every((target) => own.admin || hasRight(own, right, targetOf(target)));
  return (['admin', 'createKey', 'createUser'] as const).every(isFlagWithin) && (['manage', 'write', 'read'] as const).every(areTargetsWithin);
}

/** Reads a target as keys have it. */
function targetOf(text: string): Target {
  if (text === '*') {
    return { kind: 'all' };
  }
  return isJob(text) ? { kind: 'job', job: parseJobName(text) } : { kind: 'session', session: text };
}

/** Reads permissions as they are sent. @throws GafferError `bad_request`, which names the member */
export function parsePermissions(value: unknown): Permissions {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GafferError('bad_request', 'permissions: expected an object like {"read": ["shop"]}');
  }
  const members = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(members)) {
    if (!MEMBERS.includes(name)) {
      throw new GafferError('bad_request', `permissions.${name}: no such member; there are ${MEMBERS.join(', ')}`);
    }
  }
  const flag = (name: string): boolean => {
    const given = members[name] ?? false;
    if (typeof given !== 'boolean') {
      throw new GafferError('bad_request', `permissions.${name}: expected true or false, got ${JSON.stringify(given)}`);
    }
    return given;
  };
  const targets = (name: string): readonly string[] => {
    const given = members[name] ?? [];
    if (!Array.isArray(given) || !given.every((one) => typeof one === 'string' && isTarget(one))) {
      throw new GafferError(
        'bad_request',
        `permissions.${name}: expected a list of "*", sessions and jobs like "shop.web", got ${JSON.stringify(given)}`,
      );
    }
    return given as readonly string[];
  };
  return {
    admin: flag('admin'),
    createKey: flag('create_key'),
    createUser: flag('create_user'),
    manage: targets('manage'),
    write: targets('write'),
    read: targets('read'),
  };
}

const MEMBERS: readonly string[] = ['admin', 'create_key', 'create_user', 'manage', 'write', 'read'];

/** `*`, a session, or a job in a session. */
const TARGET = /^(?:\*|[A-Za-z0-9][A-Za-z0-9_+-]*(?:\.[^/]+)?)$/;

/** Whether a text can stand for whom a right is about: `*`, a session, or a job's full name. */
export function isTarget(text: string): boolean {
  return TARGET.test(text);
}

/** Writes permissions as they are sent. */
export function permissionsRecord({ admin, createKey, createUser, manage, write, read }: Permissions): PermissionsRecord {
  return { admin, create_key: createKey, create_user: createUser, manage, write, read };
}
