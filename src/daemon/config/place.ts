import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isFolder } from '../../supervisor/spawn.ts';
import type { Complaints } from './complaints.ts';
import { type DaemonInput, saidOutside } from './outside.ts';
import type { Said } from './said.ts';
import { parsePath } from './values.ts';

/** Where the configuration is. */
export interface ConfigPlace {
  /** The folder of the main file; without one, where it would be. Plugins are in it. */
  readonly folder: string;
  /** The path of the main file, and who says that it is this one; undefined if there is none. */
  readonly main: Said | undefined;
}

const MAIN_FILE = 'gafferd.ini';

/** The folders in which gafferd looks for its configuration when it is told none; the first one wins. */
export function defaultFolders({ isRoot, home, execPath = process.execPath }: Pick<DaemonInput, 'isRoot' | 'home' | 'execPath'>): readonly string[] {
  if (!isRoot) {
    return home === undefined ? [] : [join(home, '.gaffer')];
  }
  return [...new Set([join(dirname(dirname(execPath)), 'etc/gaffer'), '/usr/local/etc/gaffer', '/etc/gaffer'])];
}

/** Finds the main file: the one that `--config` or its variable names, else the first in the default folders. */
export function findConfig(input: DaemonInput, complaints: Complaints): ConfigPlace {
  const [named] = saidOutside('config', input);
  if (named === undefined) {
    return findDefault(input);
  }
  const path = complaints.read(named, parsePath({ folder: named.folder, home: input.home }));
  if (path === undefined) {
    return { folder: input.cwd, main: undefined };
  }
  const file = isFolder(path) ? join(path, MAIN_FILE) : path;
  return { folder: dirname(file), main: { ...named, text: file } };
}

function findDefault(input: DaemonInput): ConfigPlace {
  const folders = defaultFolders(input);
  const folder = folders.find((one) => existsSync(join(one, MAIN_FILE))) ?? folders.find(isFolder) ?? folders.at(-1) ?? input.cwd;
  const path = join(folder, MAIN_FILE);
  return { folder, main: folders.length > 0 && existsSync(path) ? { text: path, source: path, folder } : undefined };
}
