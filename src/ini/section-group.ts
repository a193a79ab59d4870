import type { Finding } from '../finding.ts';
import { didYouMean } from '../suggestion.ts';
import { DEFAULT_SECTION, type IniDocument, type IniSection } from './document.ts';
import { parseSectionName } from './section-name.ts';

/** The sections of an ini file that are about one job. */
export interface SectionGroup {
  readonly session: string | undefined;
  readonly name: string;
  /** Where the first of them starts. */
  readonly line: number;
  /** `[process:NAME]` or `[job:NAME]`. */
  readonly section: IniSection | undefined;
  /** `[env:NAME]`. */
  readonly env: IniSection | undefined;
}

/** All jobs that an ini file has sections of, and what is wrong with these. */
export interface SectionGroups {
  readonly groups: readonly SectionGroup[];
  readonly findings: readonly Finding[];
}

/**
 * Brings together the sections that are about the same job.
 * @param file its name in findings
 * @param otherSections sections that others read: a name, or a beginning that ends with `:`
 */
export function groupSections(document: IniDocument, file: string, otherSections: readonly string[]): SectionGroups {
  const groups = new Map<string, SectionGroup>();
  const findings: Finding[] = [];
  for (const section of document.sections) {
    if (section.name === DEFAULT_SECTION || otherSections.some((other) => isNamed(section, other))) {
      continue;
    }
    const name = parseSectionName(section.name);
    if (name === undefined) {
      findings.push({ file, line: section.line, level: 'error', message: describeUnknown(section.name, otherSections) });
      continue;
    }
    const key = JSON.stringify([name.session ?? 'default', name.name]);
    const group = groups.get(key) ?? { session: name.session, name: name.name, line: section.line, section: undefined, env: undefined };
    const before = name.kind === 'env' ? group.env : group.section;
    if (before === undefined) {
      groups.set(key, name.kind === 'env' ? { ...group, env: section } : { ...group, section });
    } else {
      const message = `[${section.name}] is about the same job as [${before.name}] on line ${before.line}; rename one or join them`;
      findings.push({ file, line: section.line, level: 'error', message });
    }
  }
  return { groups: [...groups.values()], findings };
}

function isNamed(section: IniSection, name: string): boolean {
  return section.name === name || (name.endsWith(':') && section.name.startsWith(name));
}

function describeUnknown(name: string, otherSections: readonly string[]): string {
  const known = ['process:', 'job:', 'env:', ...otherSections];
  const kind = /^[^:]*:?/.exec(name)?.[0] ?? name;
  const hint = known.includes(kind) ? '' : didYouMean(kind, known);
  return `expected a section like [process:web], got [${name}]${hint}`;
}
