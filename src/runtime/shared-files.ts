import { renameSync, rmdirSync } from 'node:fs';
import { systemCode } from '../errors.ts';

/** Moves a folder to where none is, or an empty one; false when another is there. */
export function tryMove(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) {
      return false;
    }
    throw error;
  }
}

/** Does something with a file that others look after too: one that is gone has been seen to. */
export function ignoreMissing<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** Removes a folder if nothing is in it. */
export function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // somebody has put something there
  }
}
