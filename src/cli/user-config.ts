import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseEndpoint } from '../client/endpoint.ts';
import { GafferError, messageOf, systemCode } from '../errors.ts';
import { formatFinding } from '../finding.ts';
import { parseIni } from '../ini/document.ts';

/** What the user's own configuration says of a node; files are absolute paths. */
export interface NodeSettings {
  readonly key?: string;
  readonly certfile?: string;
  readonly keyfile?: string;
  readonly cacert?: string;
}

const MEMBERS = ['key', 'certfile', 'keyfile', 'cacert'] as const;

/** What the file says of a node in its section `[node "URL"]`; nothing where there is no file. @throws GafferError `bad_usage` when it can't be read */
export function readNodeSettings(path: string, endpoint: string): NodeSettings {
  const text = readIfThere(path);
  const section = text === '' ? undefined : sectionsOf(text, path).find(({ name }) => isOfNode(name, endpoint));
  return Object.fromEntries(
    MEMBERS.flatMap((member) => {
      const value = section?.entries.find(({ key }) => key === member)?.value;
      return value === undefined ? [] : [[member, member === 'key' ? value : fromFile(value, path)]];
    }),
  );
}

/** The addresses of the nodes that the file says something of, as they are written. @throws GafferError `bad_usage` when it can't be read */
export function knownAddresses(path: string): readonly string[] {
  const text = readIfThere(path);
  return text === '' ? [] : sectionsOf(text, path).flatMap(({ name }) => addressIn(name) ?? []);
}

/** A path that the file names: it begins in the file's folder, or with `~/` at home. */
function fromFile(value: string, path: string): string {
  return value.startsWith('~/') ? join(homedir(), value.slice(2)) : resolve(dirname(path), value);
}

/** Keeps a key for a node, or forgets it; everything else in the file stays as it is. The file is the user's alone. @throws GafferError `io_failed` */
export function writeNodeKey(path: string, endpoint: string, key: string | undefined): void {
  const text = readIfThere(path);
  const lines = text.split('\n');
  const sections = text === '' ? [] : sectionsOf(text, path);
  const section = sections.find(({ name }) => isOfNode(name, endpoint));
  const entry = section?.entries.find((one) => one.key === 'key');
  const line = `key = ${key?.replaceAll('%', '%%')}`;
  if (entry !== undefined) {
    lines.splice(entry.line - 1, 1, ...(key === undefined ? [] : [line]));
  } else if (key !== undefined && section !== undefined) {
    lines.splice(section.line, 0, line);
  } else if (key !== undefined) {
    const before = text === '' || text.endsWith('\n') ? [] : [''];
    lines.splice(lines.length - (text.endsWith('\n') || text === '' ? 1 : 0), 0, ...before, `[node "${endpoint}"]`, line);
  } else {
    return;
  }
  writePrivately(path, lines.join('\n').replace(/\n*$/, '\n'));
}

function sectionsOf(text: string, path: string): ReturnType<typeof parseIni>['sections'] {
  const { sections, findings } = parseIni(text, path);
  const [finding] = findings;
  if (finding !== undefined) {
    throw new GafferError('bad_usage', formatFinding(finding));
  }
  return sections;
}

/** Whether a section is a node's: `[node "http://127.0.0.1:5000"]`, however its address is written. */
function isOfNode(name: string, endpoint: string): boolean {
  const address = addressIn(name);
  return address !== undefined && (address === endpoint || plainAddress(address) === endpoint);
}

function addressIn(name: string): string | undefined {
  return /^node\s+"?([^"]+)"?$/.exec(name)?.[1];
}

function plainAddress(address: string): string {
  try {
    return parseEndpoint(address).text;
  } catch {
    return address; // of no node that could be asked
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return '';
    }
    throw new GafferError('bad_usage', `cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** Keys are in it: nobody else may read it, also not for a moment. Where it is a link, it stays one. */
function writePrivately(link: string, text: string): void {
  const path = realPath(link);
  const fresh = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(fresh, text, { mode: 0o600, flag: 'wx' });
    chmodSync(fresh, 0o600);
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw new GafferError('io_failed', `cannot write ${path}: ${messageOf(error)}; GAFFER_CONFIG names another file`, { cause: error });
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // it is not there yet
  }
}

/** Whether others can read the file. */
export function isOpenToOthers(path: string): boolean {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & 0o077) !== 0;
}
