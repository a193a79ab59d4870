import {
  chownSync,
  closeSync,
  constants,
  existsSync,
  fchownSync,
  fstatSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { GafferError, systemCode } from '../errors.ts';
import type { Endpoint } from './config/endpoints.ts';
import { type Log, openLog } from './log.ts';
import type { OwnUser } from './own-user.ts';
import { Pidfile } from './pidfile.ts';
import { isStateFile } from './state-folder.ts';

/*
 * What gafferd needs is made by its user wherever that user may. Root does it only in folders that the user can't write
 * to: in others the user could put a link in its place, and root would write to somebody else's file, or give it away.
 */

/** Opens the log. One that root has to make belongs to the user, who opens it anew later. @throws GafferError `io_failed` */
export function openLogFor(user: OwnUser, file: string): number {
  return asUserElseRoot(user, file, () => {
    const isNew = !existsSync(file);
    const fd = openLog(file);
    if (isNew && process.geteuid?.() === 0) {
      fchownSync(fd, user.identity.uid, user.identity.gid);
    }
    return fd;
  });
}

/** Claims the pidfile. One that root has to write stays root's, for root trusts it. @throws GafferError `io_failed`, `already_running` */
export function claimPidfile(path: string, { user, over }: { readonly user: OwnUser | undefined; readonly over?: number | undefined }): Pidfile {
  return user === undefined ? Pidfile.claim(path, { over }) : asUserElseRoot(user, path, () => Pidfile.claim(path, { over }));
}

/** Makes sure that the state folder is the user's, if there is none yet or it was root's; any other is left as it is. */
export function giveStateFolder(user: OwnUser | undefined, folder: string): void {
  if (user === undefined) {
    return;
  }
  if (!existsSync(folder)) {
    asUserElseRoot(user, folder, () => {
      mkdirSync(dirname(folder), { recursive: true });
      mkdirSync(folder, { mode: 0o700 });
      if (process.geteuid?.() === 0) {
        give(user, folder);
      }
    });
    return;
  }
  const path = realpathSync(folder);
  const stat = statSync(path);
  const isOurs = stat.isDirectory() && stat.uid === 0 && !user.canWrite(stat) && !user.canWrite(statSync(dirname(path)));
  if (isOurs && readdirSync(path).every(isStateFile)) {
    giveTree(user, path);
  }
}

/** Goes on as the user for good; the sockets that root has made are the user's then. @throws GafferError `io_failed` when anything of root is left */
export function becomeUser(user: OwnUser | undefined, endpoints: readonly Endpoint[], log: Pick<Log, 'info'>): void {
  if (user === undefined) {
    return;
  }
  for (const { address } of endpoints) {
    if (address.kind === 'unix') {
      giveSocket(user, address.path);
    }
  }
  user.become();
  log.info(`gafferd goes on as ${user.name}`);
}

const O_PATH = 0o10000000;

/** Gives a unix socket to the user, if it is one that root has made and that has no other name. */
export function giveSocket({ identity: { uid, gid } }: OwnUser, path: string): void {
  const fd = openSync(path, O_PATH | constants.O_NOFOLLOW);
  try {
    const stat = fstatSync(fd);
    if (stat.isSocket() && stat.uid === 0 && stat.nlink === 1) {
      chownSync(`/proc/self/fd/${fd}`, uid, gid); // that very one, whatever has its name by now
    }
  } finally {
    closeSync(fd);
  }
}

function asUserElseRoot<T>(user: OwnUser, path: string, deed: () => T): T {
  try {
    return user.act(deed);
  } catch (error) {
    const code = systemCode(error instanceof GafferError ? error.cause : error) ?? '';
    if (!['EACCES', 'EPERM'].includes(code) || user.canWrite(nearestFolder(path))) {
      throw error;
    }
    return deed();
  }
}

/** The folder that something is in, or will be when its folder is made. */
function nearestFolder(path: string): Stats {
  const folder = dirname(path);
  return statSync(folder, { throwIfNoEntry: false }) ?? nearestFolder(folder);
}

function giveTree(user: OwnUser, path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) {
      giveTree(user, inside);
    } else if (lstatSync(inside).nlink === 1) {
      give(user, inside);
    }
  }
  give(user, path);
}

function give({ identity: { uid, gid } }: OwnUser, path: string): void {
  lchownSync(path, uid, gid);
}
