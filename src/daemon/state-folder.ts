import { accessSync, constants, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GafferError, messageOf } from '../errors.ts';
import { findKeeper } from '../keeper/keeper-process.ts';
import { makePrivate } from '../runtime/private-folder.ts';
import { findUser } from '../supervisor/user-database.ts';

const REMEDY = 'choose another folder with --state-dir';

/** Files by which a state folder is known; a volume has `lost+found` from the beginning. */
const OWN = /^(state\.db|run$|gafferd\b)/;
const VOLUME = 'lost+found';

/**
 * Makes the folder of gafferd's state, for this user alone; a folder that others share is left as it is.
 * @throws GafferError `io_failed` when it cannot be made or written to
 */
export function makeStateFolder(folder: string): void {
  try {
    const path = realpathIfAny(folder);
    refuseShared(path);
    refuseOthers(path);
    makePrivate(path, REMEDY);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw error instanceof GafferError ? error : unusable(folder, error);
  }
}

/** Makes the folder of a state folder's keeper. @throws GafferError `io_failed` */
export function makeKeepersFolder(folder: string): void {
  try {
    makePrivate(folder, REMEDY);
  } catch (error) {
    throw error instanceof GafferError ? error : unusable(dirname(dirname(folder)), error);
  }
}

/** Whether a file may be in a folder that is gafferd's alone. */
export function isStateFile(name: string): boolean {
  return name === VOLUME || OWN.test(name);
}

/** The state of a gafferd that runs as somebody else is not to be put aside: its processes may run on. */
function refuseOthers(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true && stat.uid !== process.geteuid?.() && readdirSync(path).some((name) => OWN.test(name))) {
    const owner = findUser(stat.uid)?.name ?? `user ${stat.uid}`;
    throw new GafferError(
      'io_failed',
      `${path} is the state folder of a gafferd of ${owner}: start it as that user (root does so with --user ${owner}), or ${REMEDY}`,
    );
  }
}

/** To take the rights of others away would break what they do there: think of /tmp. */
function refuseShared(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true && (stat.mode & 0o077) !== 0) {
    const files = readdirSync(path).filter((name) => name !== VOLUME);
    if (files.length > 0 && !files.some((name) => OWN.test(name))) {
      throw new GafferError('io_failed', `expected ${path} to be a folder of gafferd's own, but others use it too: ${REMEDY}`);
    }
  }
}

function realpathIfAny(folder: string): string {
  return statSync(folder, { throwIfNoEntry: false }) === undefined ? folder : realpathSync(folder);
}

/** What is wrong with a folder that state cannot be kept in. With another one, processes that run on from a gafferd before this one would be doubled. */
export function unusable(folder: string, cause: unknown): GafferError {
  const keeper = findKeeper(join(folder, 'run', 'keeper'));
  const remedy =
    keeper === undefined
      ? REMEDY
      : `mend that and start gafferd again, for processes of the gafferd before this one run on and are kept there (by gaffer-keeper, pid ${keeper.pid})`;
  return new GafferError('io_failed', `cannot keep the state of gafferd in ${folder}: ${messageOf(cause)}; ${remedy}`, { cause });
}
