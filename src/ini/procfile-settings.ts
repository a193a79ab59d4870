import type { Finding } from '../finding.ts';
import type { JobConfig } from '../job/config.ts';
import { didYouMean } from '../suggestion.ts';
import { parseIni } from './document.ts';
import { readJobSections } from './job-section.ts';

/** What a `gaffer.ini` adds to the processes of a Procfile, and what is wrong with it. */
export interface ProcfileSettings {
  /** By process name. */
  readonly settings: ReadonlyMap<string, Partial<JobConfig>>;
  readonly findings: readonly Finding[];
}

/**
 * Reads the `gaffer.ini` beside a Procfile. A section of a process that the Procfile does not have is an error.
 * @param file its name in findings
 * @param names the processes of the Procfile
 */
export function parseProcfileSettings(text: string, file: string, names: readonly string[]): ProcfileSettings {
  const document = parseIni(text, file);
  const { jobs, findings } = readJobSections(document, file, { mode: 'additions' });
  const settings = new Map<string, Partial<JobConfig>>();
  const strange: Finding[] = [];
  for (const { session, name, line, settings: added } of jobs) {
    if (session !== undefined) {
      const message = `expected a section like [process:${name}], got the session "${session}" as well; the Procfile is one application`;
      strange.push({ file, line, level: 'error', message });
    } else if (names.includes(name)) {
      settings.set(name, added);
    } else {
      const message = `expected a process of the Procfile (${names.join(', ')}), got "${name}"${didYouMean(name, names)}`;
      strange.push({ file, line, level: 'error', message });
    }
  }
  const all = [...document.findings, ...findings, ...strange];
  return { settings, findings: all.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}
