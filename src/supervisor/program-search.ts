import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Looks a program up along a PATH. @param onlyAbsolute leaves out entries that mean another folder wherever one is */
export function findExecutable(program: string, path: string | undefined, { onlyAbsolute = false } = {}): string | undefined {
  return (path ?? '/usr/local/bin:/usr/bin:/bin')
    .split(delimiter)
    .filter((folder) => !onlyAbsolute || isAbsolute(folder))
    .map((folder) => join(folder === '' ? '.' : folder, program))
    .find(isExecutable);
}

/** Whether a file is there that this process may execute. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
