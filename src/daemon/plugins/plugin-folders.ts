import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { GafferError, messageOf, systemCode } from '../../errors.ts';
import { NO_MANIFEST, type PluginManifest, parseManifest } from './manifest.ts';

/** A folder in the folder of plugins. */
export interface PluginFolder {
  /** What the plugin is called. */
  readonly name: string;
  readonly folder: string;
  readonly manifest: PluginManifest;
  /** The main module; undefined where there is only a site. */
  readonly module: string | undefined;
  /** Why it can't be a plugin. */
  readonly problem: string | undefined;
}

/** What a plugin can be called: it stands in paths, and in the configuration. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

const MODULES = ['index.js', 'index.mjs', 'index.cjs', 'index.ts', 'index.mts'];

/** Files of a site are in this folder of a plugin. */
const SITE = '_site';

/** Everything in the folder of plugins that is one, or should be, by name; nothing where there is no such folder. @throws the system's error */
export function findPlugins(dir: string): readonly PluginFolder[] {
  return namesIn(dir)
    .filter((name) => !name.startsWith('.') && name !== 'node_modules' && isFolder(join(dir, name)))
    .toSorted()
    .map((name) => (NAME.test(name) ? readPlugin(name, join(dir, name)) : misnamed(name, join(dir, name))));
}

/** The plugin of a name as it is on disk; undefined where there is none. */
export function findPlugin(dir: string, name: string): PluginFolder | undefined {
  const folder = join(dir, name);
  return NAME.test(name) && name !== 'node_modules' && isFolder(folder) ? readPlugin(name, folder) : undefined;
}

/** The folder of the files that a plugin serves: `_site`, or the plugin's own where there is an `index.html` and no code, not even one that can't be run. */
export function siteIn(dir: string, name: string): string | undefined {
  const folder = join(dir, name);
  if (!NAME.test(name) || name === 'node_modules') {
    return undefined;
  }
  if (isFolder(join(folder, SITE))) {
    return join(folder, SITE);
  }
  const { module, problem } = readPlugin(name, folder);
  const isPlain = module === undefined && problem === undefined && existsSync(join(folder, 'index.html'));
  return isPlain ? folder : undefined;
}

/** What can't be called so in paths. */
function misnamed(name: string, folder: string): PluginFolder {
  const problem = 'expected a name of letters, digits, ".", "_" and "-" that begins with a letter or digit: rename the folder';
  return { name, folder, manifest: NO_MANIFEST, module: undefined, problem };
}

function readPlugin(name: string, folder: string): PluginFolder {
  try {
    const manifest = existsSync(join(folder, 'package.json')) ? parseManifest(readFileSync(join(folder, 'package.json'), 'utf8')) : NO_MANIFEST;
    const module = moduleOf(folder, manifest);
    const hasSite = isFolder(join(folder, SITE)) || isFile(join(folder, 'index.html'));
    const problem = module !== undefined ? undefined : (explainPython(folder) ?? (hasSite ? undefined : explainEmpty(folder)));
    return { name, folder, manifest, module, problem };
  } catch (error) {
    return { name, folder, manifest: NO_MANIFEST, module: undefined, problem: messageOf(error) };
  }
}

/** @throws GafferError when package.json names one that is not there */
function moduleOf(folder: string, { main }: PluginManifest): string | undefined {
  const found = main === undefined ? MODULES.map((name) => join(folder, name)).find(isFile) : mainFile(resolve(folder, main));
  if (found === undefined && main !== undefined) {
    throw new GafferError('invalid_config', `package.json names ${main}, which is not there; build the plugin, or name another main`);
  }
  if (found !== undefined && /\.m?ts$/.test(found) && !canRunTypeScript()) {
    throw new GafferError('invalid_config', `${found} needs Node 22.18 or newer: compile it, and name what comes out as main in package.json`);
  }
  return found;
}

/** What `main` means: a file, one with an ending left out, or the index of a folder. */
function mainFile(path: string): string | undefined {
  return [path, `${path}.js`, ...MODULES.map((name) => join(path, name))].find(isFile);
}

function canRunTypeScript(): boolean {
  return Boolean((process.features as { readonly typescript?: unknown }).typescript);
}

/** Of the original's plugins only sites are of use here. */
function explainPython(folder: string): string | undefined {
  const isPython = namesIn(folder).some((name) => existsSync(join(folder, name, '__init__.py')));
  return isPython ? 'is a plugin in Python, for the original gaffer: it has to be written anew, in JavaScript or TypeScript' : undefined;
}

function explainEmpty(folder: string): string {
  return `expected an index.js, a package.json that names a main module, or a folder ${SITE} in ${folder}, found none`;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false; // a link that leads round in a circle, or a folder that is closed
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) {
      return [];
    }
    throw error;
  }
}
