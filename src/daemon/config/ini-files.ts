import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type IniDocument, parseIni } from '../../ini/document.ts';
import type { Complaints } from './complaints.ts';
import { readOrExplain, readText } from './input-file.ts';
import { type Said, wordsOf } from './said.ts';
import { parsePath } from './values.ts';

/** An ini file as it was read. */
export interface IniFile {
  /** Absolute. */
  readonly path: string;
  readonly folder: string;
  readonly document: IniDocument;
}

/** The section that the main file must have. */
export const MAIN_SECTION = 'gaffer';

/**
 * Reads the main file and all that it includes, which may include further ones; each file is read once. What can't be
 * read is complained of where it is named.
 * @param home what `~/` stands for
 */
export function readIniFiles(main: Said, home: string | undefined, complaints: Complaints): readonly IniFile[] {
  const files = new Map<string, IniFile>();
  const visit = (said: Said): void => {
    const identity = complaints.read(said, identityOf);
    const text = identity === undefined || files.has(identity) ? undefined : complaints.read(said, readText);
    if (identity === undefined || text === undefined) {
      return;
    }
    const file = { path: said.text, folder: dirname(said.text), document: parseIni(text, said.text) };
    files.set(identity, file);
    complaints.add(file.document.findings);
    for (const included of includedBy(file, home, complaints)) {
      visit(included);
    }
  };
  visit(main);
  return [...files.values()];
}

/** The same for every way to write a file's path. */
function identityOf(path: string): string {
  const { dev, ino } = readOrExplain(path, () => statSync(path));
  return `${dev}:${ino}`;
}

/** The paths of the files that a file includes, each with the entry that says so. */
function includedBy({ path, folder, document }: IniFile, home: string | undefined, complaints: Complaints): readonly Said[] {
  const entries = document.sections.find(({ name }) => name === MAIN_SECTION)?.entries ?? [];
  const pathsOf = (wanted: string): readonly Said[] => {
    const entry = entries.find(({ key }) => key === wanted);
    if (entry === undefined) {
      return [];
    }
    const said = { text: entry.value, source: path, line: entry.line, entry: `[${MAIN_SECTION}] ${wanted}`, folder };
    return wordsOf(said).flatMap((word) => {
      const text = complaints.read(word, parsePath({ folder, home }));
      return text === undefined ? [] : [{ ...word, text }];
    });
  };
  const inFolders = pathsOf('include_dir').flatMap((said) => (complaints.read(said, iniFilesIn) ?? []).map((text) => ({ ...said, text })));
  return [...pathsOf('include'), ...inFolders];
}

/** The ini files in a folder and the folders in it, sorted; hidden ones are those of editors. */
function iniFilesIn(folder: string): readonly string[] {
  const entries = readOrExplain(folder, () => readdirSync(folder, { recursive: true, withFileTypes: true }));
  return entries
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && entry.name.endsWith('.ini') && !entry.name.startsWith('.'))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !isFolderLink(path))
    .sort();
}

function isFolderLink(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
