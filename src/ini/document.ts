import { type Finding, quoteText } from '../finding.ts';
import { interpolate } from './interpolation.ts';

/** One `key = value` of an ini file. */
export interface IniEntry {
  /** In lower case, but for the variable's name in `env:NAME`. */
  readonly key: string;
  /** The same as it was written. */
  readonly writtenKey: string;
  /** Lines of a value that goes on over several are joined by line breaks. */
  readonly value: string;
  /** The line of the key, counted from 1. */
  readonly line: number;
}

/** One `[section]` of an ini file. */
export interface IniSection {
  readonly name: string;
  readonly line: number;
  readonly entries: readonly IniEntry[];
}

/** What an ini file says, and what is wrong with it. */
export interface IniDocument {
  /** In file order, `DEFAULT` among them. */
  readonly sections: readonly IniSection[];
  readonly findings: readonly Finding[];
}

/** The section whose entries every `%(name)s` can see. */
export const DEFAULT_SECTION = 'DEFAULT';

interface OpenEntry extends IniEntry {
  /** Blanks in front of the key: a line with more of them goes on with the value. */
  readonly indent: number;
  readonly lines: string[];
}

interface OpenSection {
  readonly name: string;
  readonly line: number;
  readonly entries: Map<string, OpenEntry>;
}

/**
 * Reads an ini file as Python's configparser does, for that is what gaffer's files were written for: `=` or `:`,
 * comments on lines of their own, values that go on in indented lines, `%(name)s`. What it can't read is an error, and the rest
 * is read all the same. It is our own because no parser on npm tells the lines, and errors need them.
 * @param file its name in findings
 */
export function parseIni(text: string, file: string): IniDocument {
  const findings: Finding[] = [];
  const sections = new Map<string, OpenSection>();
  const error = (line: number, message: string): void => {
    findings.push({ file, line, level: 'error', message });
  };
  let section: OpenSection | undefined;
  let entry: OpenEntry | undefined;
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n?|\n/);
  for (const [index, content] of lines.entries()) {
    const line = index + 1;
    const trimmed = content.trim();
    const indent = content.length - content.trimStart().length;
    if (trimmed === '') {
      entry?.lines.push('');
    } else if (/^[#;]/.test(trimmed)) {
      // A comment does not end a value.
    } else if (entry !== undefined && indent > entry.indent) {
      entry.lines.push(trimmed);
    } else if (trimmed.startsWith('[')) {
      entry = undefined;
      section = openSection(trimmed, line, sections, error);
    } else {
      entry = readEntry(trimmed, line, indent, error);
      if (entry !== undefined) {
        addEntry(entry, section, error);
      }
    }
  }
  return { sections: closeSections(sections, error), findings: findings.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

type Complain = (line: number, message: string) => void;

/** The section of a header line; one that can't be read, or is there already, takes its entries with it. */
function openSection(header: string, line: number, sections: Map<string, OpenSection>, error: Complain): OpenSection {
  const [, name = ''] = /^\[\s*(.*?)\s*\](?:\s*[#;].*)?$/.exec(header) ?? [];
  const section: OpenSection = { name, line, entries: new Map() };
  const before = sections.get(name);
  if (name === '') {
    error(line, `expected "[section]", got ${quoteText(header)}`);
  } else if (before === undefined) {
    sections.set(name, section);
  } else {
    error(line, `section [${name}] is there twice, on lines ${before.line} and ${line}; rename one or join them`);
  }
  return section;
}

/** In `env:NAME = value` the colon belongs to the key. */
function readEntry(text: string, line: number, indent: number, error: Complain): OpenEntry | undefined {
  const variable = /^env:([^\s=:]+)\s*=\s*(.*)$/is.exec(text);
  const plain = /^([^=:]*[^=:\s])\s*[=:]\s*(.*)$/s.exec(text);
  const [, key, value] = variable ?? plain ?? [];
  if (key === undefined || value === undefined) {
    error(line, `expected "key = value" or "[section]", got ${quoteText(text)}`);
    return undefined;
  }
  const [wanted, writtenKey] = variable === null ? [key.toLowerCase(), key] : [`env:${key}`, `env:${key}`];
  return { key: wanted, writtenKey, value, line, indent, lines: [value] };
}

function addEntry(entry: OpenEntry, section: OpenSection | undefined, error: Complain): void {
  if (section === undefined) {
    error(entry.line, `expected a "[section]" before the first key, got "${entry.key}"`);
    return;
  }
  const before = section.entries.get(entry.key);
  if (before === undefined) {
    section.entries.set(entry.key, entry);
  } else {
    error(entry.line, `key "${entry.key}" is there twice in [${section.name}], on lines ${before.line} and ${entry.line}; remove one`);
  }
}

/** Joins the lines of values and replaces `%(name)s` in them. */
function closeSections(sections: ReadonlyMap<string, OpenSection>, error: Complain): readonly IniSection[] {
  const defaults = rawValues(sections.get(DEFAULT_SECTION));
  return [...sections.values()].map((section) => {
    const raw = new Map([...defaults, ...rawValues(section)]);
    const entries = [...section.entries.values()].flatMap(({ key, writtenKey, line }) => {
      const value = interpolate(raw.get(key) ?? '', raw);
      if (typeof value === 'string') {
        return [{ key, writtenKey, value, line }];
      }
      error(line, `[${section.name}] ${key}: ${value.problem}`);
      return [];
    });
    return { name: section.name, line: section.line, entries };
  });
}

function rawValues(section: OpenSection | undefined): ReadonlyMap<string, string> {
  return new Map([...(section?.entries.values() ?? [])].map((entry) => [entry.key, entry.lines.join('\n').trim()]));
}
