import type { IniSection } from '../../ini/document.ts';
import { parseSectionName } from '../../ini/section-name.ts';
import { DEFAULT_SESSION } from '../../job/name.ts';
import type { Complaints } from './complaints.ts';
import type { IniFile } from './ini-files.ts';

/** Moves each `[env:NAME]` to the file of its job, if that is another one; a job's second environment is an error. */
export function settleEnvironments(files: readonly IniFile[], complaints: Complaints): readonly IniFile[] {
  const homes = homesOf(files, 'job');
  const environments = homesOf(files, 'env');
  const guests = new Map<IniFile, IniSection[]>();
  const moved = new Set<IniSection>();
  for (const file of files) {
    for (const section of file.document.sections) {
      const key = keyOf(section, 'env');
      const home = key === undefined ? undefined : homes.get(key);
      const first = key === undefined ? undefined : environments.get(key);
      if (first !== undefined && first.file !== file) {
        const message = `[${section.name}] is about the same job as [${first.section.name}] at ${first.file.path}:${first.section.line}; join them`;
        complaints.add([{ file: file.path, line: section.line, level: 'error', message }]);
        moved.add(section);
      } else if (home !== undefined && home.file !== file) {
        guests.set(home.file, [...(guests.get(home.file) ?? []), section]);
        moved.add(section);
      }
    }
  }
  return files.map((file) => {
    const stay = file.document.sections.filter((section) => !moved.has(section));
    return { ...file, document: { ...file.document, sections: [...stay, ...(guests.get(file) ?? [])] } };
  });
}

interface Home {
  readonly file: IniFile;
  readonly section: IniSection;
}

/** The first section of a kind about each job. */
function homesOf(files: readonly IniFile[], kind: 'job' | 'env'): ReadonlyMap<string, Home> {
  const homes = new Map<string, Home>();
  for (const file of files) {
    for (const section of file.document.sections) {
      const key = keyOf(section, kind);
      if (key !== undefined && !homes.has(key)) {
        homes.set(key, { file, section });
      }
    }
  }
  return homes;
}

function keyOf(section: IniSection, wanted: 'job' | 'env'): string | undefined {
  const name = parseSectionName(section.name);
  return name?.kind === wanted ? JSON.stringify([name.session ?? DEFAULT_SESSION, name.name]) : undefined;
}
