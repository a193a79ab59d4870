import { readFileSync } from 'node:fs';
import { GafferError, messageOf, systemCode } from '../../errors.ts';

const REASONS = new Map([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'what should be a folder is none'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'permission denied'],
  ['ELOOP', 'its symbolic links go round in circles'],
]);

/** Reads a file that the configuration names. @throws GafferError `io_failed` */
export function readInput(path: string): Buffer {
  return readOrExplain(path, () => readFileSync(path));
}

/** Reads a file of text. @throws GafferError `io_failed`, and `invalid_config` if it is something else */
export function readText(path: string): string {
  const bytes = readInput(path);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) {
      return text;
    }
  } catch {
    // said below
  }
  throw new GafferError('invalid_config', `cannot read ${path}: expected text in UTF-8, got something else`);
}

/** Says in words why a file can't be read. @throws GafferError `io_failed` */
export function readOrExplain<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const reason = REASONS.get(systemCode(error) ?? '') ?? messageOf(error);
    throw new GafferError('io_failed', `cannot read ${path}: ${reason}`, { cause: error });
  }
}
