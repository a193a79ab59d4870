import { chmodSync, lstatSync, mkdirSync, type Stats } from 'node:fs';
import { GafferError, messageOf, systemCode } from '../errors.ts';

/**
 * Makes a folder that only this user can use.
 * @param remedy what to do when that is not possible, as the end of a sentence
 * @throws GafferError `io_failed` if somebody else has put something there
 */
export function makePrivate(path: string, remedy: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') {
      throw new GafferError('io_failed', `cannot make the folder ${path}: ${messageOf(error)}`, { cause: error });
    }
  }
  if (!isOwnFolder(lstatSync(path))) {
    throw new GafferError('io_failed', `expected ${path} to be a folder of this user's, but it is not: remove it, or ${remedy}`);
  }
  chmodSync(path, 0o700);
  return path;
}

/** Whether there is a folder and it belongs to this user. */
export function isOwnFolder(stat: Stats | undefined): boolean {
  return stat?.isDirectory() === true && stat.uid === process.geteuid?.();
}
