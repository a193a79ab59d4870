import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../errors.ts';
import { findExecutable, isExecutable } from '../../supervisor/program-search.ts';
import type { InstallationFacts } from '../checks/installation.ts';
import type { PartsFacts } from '../checks/parts.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Looks what of the system and of optional packages is there. */
export async function partsFacts({ isRoot, changesUser }: Pick<PartsFacts, 'isRoot' | 'changesUser'>, env: Environment): Promise<PartsFacts> {
  const has = (program: string): boolean => findExecutable(program, env['PATH']) !== undefined;
  return {
    platform: process.platform,
    isRoot,
    changesUser,
    libsqlTrouble: await libsqlTrouble(),
    hasSetpriv: has('setpriv'),
    hasMkfifo: has('mkfifo'),
    hasProc: readIfAny('/proc/self/stat') !== '',
  };
}

async function libsqlTrouble(): Promise<string | undefined> {
  try {
    await import('../../daemon/database.ts');
    return undefined;
  } catch (error) {
    return messageOf(error).split('\n', 1)[0];
  }
}

/** How many files a process may have open; undefined where the system does not tell. Node takes as many as it may get. */
export function openFilesLimit(limits = readIfAny('/proc/self/limits')): number | undefined {
  const [, soft] = /^Max open files +(\d+|unlimited)/m.exec(limits) ?? [];
  return soft === undefined ? undefined : soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}

const PROGRAMS = ['gaffer', 'gafferd'];

/** Looks for the programs of this package, and for those that a shell finds. @param root the package's folder */
export function installationFacts(root: string, version: string, env: Environment): InstallationFacts {
  const own = (name: string): string | undefined => {
    const file = join(root, 'bin', `${name}.js`);
    return isExecutable(file) && realIfAny(join(root, 'dist/programs', `${name}.cjs`)) !== undefined ? realIfAny(file) : undefined;
  };
  const found = (name: string): string | undefined => {
    const file = findExecutable(name, env['PATH']);
    return file === undefined ? undefined : realIfAny(file);
  };
  return {
    version,
    own: Object.fromEntries(PROGRAMS.map((name) => [name, own(name)])),
    inPath: Object.fromEntries(PROGRAMS.map((name) => [name, found(name)])),
  };
}

/** Everything that is executed when gaffer is: Node, the programs, and their compiled code. */
export function programFiles(root: string): readonly string[] {
  const folder = join(root, 'dist/programs');
  return [process.execPath, ...PROGRAMS.map((name) => join(root, 'bin', `${name}.js`)), ...namesIn(folder).map((name) => join(folder, name))];
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /\.(cjs|code)$/.test(name));
  } catch {
    return [];
  }
}

function realIfAny(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function readIfAny(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
