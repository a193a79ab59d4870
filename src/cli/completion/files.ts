import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseProcfile } from '../../procfile/procfile.ts';
import type { NodeFlagValues } from '../node-options.ts';
import type { KnownName } from './known.ts';

/** No Procfile is so long; reading would be noticed. */
const LONGEST_BYTES = 1 << 20;

/** The process types of the Procfile that a command line means, each with its command; none where there is no such file. */
export function processTypes({ procfile, root = '.' }: NodeFlagValues, cwd: string): readonly KnownName[] {
  const paths = procfile === undefined ? [fileFor(cwd, 'Procfile'), resolve(fileFor(cwd, root), 'Procfile')] : [fileFor(cwd, procfile)];
  const path = paths.find(isFile);
  return path === undefined ? [] : parseProcfile(readFileSync(path, 'utf8'), path).entries.map(({ name, command: about }) => ({ name, about }));
}

/** The path that a word of a command line names: `~` was not replaced yet, for the shell has not run the line. */
export function fileFor(cwd: string, word: string): string {
  const home = process.env['HOME'];
  return resolve(cwd, home === undefined ? word : word.replace(/^~(?=\/|$)/, home));
}

/** Whether reading would not wait for somebody: it is a file, or nothing. */
export function isNoPipe(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() !== false;
}

function isFile(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size <= LONGEST_BYTES;
}
