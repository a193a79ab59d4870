import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, realpathSync, type Stats } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { GafferError, messageOf, systemCode } from '../errors.ts';

/** The folder in which sessions of this user keep what they need while they run. Only the user can look into it. */
export function sessionsFolder(env: Readonly<Record<string, string | undefined>>): string {
  const runtime = env['XDG_RUNTIME_DIR'];
  if (runtime !== undefined && runtime.startsWith('/') && isOwnFolder(lstatSync(runtime, { throwIfNoEntry: false }))) {
    return makePrivate(join(runtime, 'gaffer'));
  }
  return makePrivate(join(tmpdir(), `gaffer-${userInfo().uid}`));
}

/** The folder of the session that runs in a project; it is the same for every way to write the project's path. */
export function projectFolder(sessions: string, root: string): string {
  const path = realpathSync(root);
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 12);
  const name = basename(path)
    .replaceAll(/[^A-Za-z0-9_-]/g, '')
    .slice(0, 24);
  return makePrivate(join(sessions, `${name}-${hash}`));
}

/** Makes a folder that only this user can use. @throws GafferError `io_failed` if somebody else has put something there */
export function makePrivate(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') {
      throw new GafferError('io_failed', `cannot make the folder ${path}: ${messageOf(error)}`, { cause: error });
    }
  }
  if (!isOwnFolder(lstatSync(path))) {
    throw new GafferError(
      'io_failed',
      `expected ${path} to be a folder of this user's, but it is not: remove it, or set XDG_RUNTIME_DIR to another place`,
    );
  }
  chmodSync(path, 0o700);
  return path;
}

function isOwnFolder(stat: Stats | undefined): boolean {
  return stat?.isDirectory() === true && stat.uid === userInfo().uid;
}
