import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { GafferError, systemCode } from '../errors.ts';
import { type Finding, formatFinding } from '../finding.ts';
import { parseProcfileSettings } from '../ini/procfile-settings.ts';
import type { JobConfig } from '../job/config.ts';
import { APP_NAME, appNameFromFolder } from '../job/name.ts';
import { type EnvFile, mergeEnv, parseEnvFile } from '../procfile/env.ts';
import { type ProcfileEntry, parseProcfile } from '../procfile/procfile.ts';
import { isFolder } from '../supervisor/spawn.ts';

/** Where a project's files are; paths are relative to `cwd`. */
export interface ProjectOptions {
  readonly cwd: string;
  /** Default `Procfile` in `cwd`, else in `root`. */
  readonly procfile?: string | undefined;
  /** Default `cwd`. */
  readonly root?: string | undefined;
  /** Without any: `.env` in the root, if it is there. */
  readonly envFiles?: readonly string[] | undefined;
  /** Default: made from the root's name. */
  readonly app?: string | undefined;
  /** Do without a Procfile if there is none. Default false. */
  readonly procfileOptional?: boolean;
}

/** A project as its files describe it. */
export interface Project {
  /** Absolute. */
  readonly root: string;
  readonly app: string;
  readonly procfile: string;
  readonly entries: readonly ProcfileEntry[];
  /** The values of the `.env` files. */
  readonly env: Readonly<Record<string, string>>;
  /** What `gaffer.ini` adds, by process name. */
  readonly settings: ReadonlyMap<string, Partial<JobConfig>>;
  /** Names of the files that were read besides the Procfile. */
  readonly files: readonly string[];
  /** Everything that is to be said about the files. */
  readonly findings: readonly Finding[];
}

/**
 * Reads a project's Procfile, `.env` and `gaffer.ini`.
 * @throws GafferError `procfile_missing`, `env_file_missing`, `bad_usage`
 */
export function readProject(options: ProjectOptions): Project {
  const root = findRoot(options);
  const app = options.app === undefined || options.app === '.' ? appNameFromFolder(basename(root)) : checkedApp(options.app);
  const procfile = readProcfile(options, root);
  const parsed = procfile.text === undefined ? { entries: [], findings: [] } : parseProcfile(procfile.text, procfile.name);
  const env = readEnvFiles(options, root);
  const ini = readSettings(procfile.path, parsed.entries);
  return {
    root,
    app,
    procfile: procfile.name,
    entries: parsed.entries,
    env: env.values,
    settings: ini.settings,
    files: [...env.files, ...ini.files],
    findings: [...parsed.findings, ...env.findings, ...ini.findings],
  };
}

/** Refuses a project with errors. @throws GafferError `procfile_invalid`, a line for each error */
export function expectRunnable(project: Project): void {
  const errors = project.findings.filter((finding) => finding.level === 'error');
  if (errors.length > 0) {
    throw new GafferError('procfile_invalid', errors.map(formatFinding).join('\n'));
  }
}

function findRoot({ cwd, root = '.' }: ProjectOptions): string {
  const path = resolve(cwd, root);
  if (!isFolder(path)) {
    throw new GafferError('bad_usage', `--root: expected a folder, got "${root}"`);
  }
  return path;
}

function checkedApp(app: string): string {
  if (!APP_NAME.test(app)) {
    throw new GafferError('bad_usage', `expected an application name of letters, digits, "_", "+" and "-", got "${app}"`);
  }
  return app;
}

interface ProcfileText {
  readonly name: string;
  readonly path: string;
  /** Undefined when there is none and it is not needed. */
  readonly text: string | undefined;
}

function readProcfile({ cwd, procfile, procfileOptional }: ProjectOptions, root: string): ProcfileText {
  const candidates = procfile === undefined ? [...new Set([resolve(cwd, 'Procfile'), resolve(root, 'Procfile')])] : [resolve(cwd, procfile)];
  for (const path of candidates) {
    const text = readIfThere(path);
    if (text !== undefined) {
      return { name: procfile ?? 'Procfile', path, text };
    }
  }
  if (procfile === undefined && procfileOptional === true) {
    return { name: 'Procfile', path: resolve(cwd, 'Procfile'), text: undefined };
  }
  throw new GafferError(
    'procfile_missing',
    procfile === undefined
      ? `no Procfile in ${candidates.map((path) => dirname(path)).join(' or ')}: write one with lines like "web: node server.js", or name another with -f`
      : `procfile '${procfile}' not found`,
  );
}

/** What a kind of file contributes to a project. */
interface Contribution {
  readonly files: readonly string[];
  readonly findings: readonly Finding[];
}

function readEnvFiles({ cwd, envFiles }: ProjectOptions, root: string): Contribution & Pick<EnvFile, 'values'> {
  if (envFiles === undefined || envFiles.length === 0) {
    const path = resolve(root, '.env');
    const text = isFolder(path) ? undefined : readIfThere(path); // Python's virtual environments are folders of that name
    return text === undefined ? { values: {}, findings: [], files: [] } : { ...parseEnvFile(text, '.env'), files: ['.env'] };
  }
  const files = envFiles.map((name) => {
    const text = readIfThere(resolve(cwd, name));
    if (text === undefined) {
      const hint = name.includes('=') ? '; -e takes files: put NAME=value into one' : '';
      throw new GafferError('env_file_missing', `env file '${name}' not found${hint}`);
    }
    return parseEnvFile(text, name);
  });
  return { values: mergeEnv(files.map((file) => file.values)), findings: files.flatMap((file) => file.findings), files: envFiles };
}

const INI = 'gaffer.ini';

function readSettings(procfile: string, entries: readonly ProcfileEntry[]): Contribution & Pick<Project, 'settings'> {
  const text = readIfThere(resolve(dirname(procfile), INI));
  if (text === undefined) {
    return { settings: new Map(), findings: [], files: [] };
  }
  const names = entries.map((entry) => entry.name);
  return { ...parseProcfileSettings(text, INI, names), files: [INI] };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return undefined;
    }
    throw new GafferError('io_failed', `cannot read ${path}: ${code === 'EISDIR' ? 'it is a folder' : (error as Error).message}`, { cause: error });
  }
}
