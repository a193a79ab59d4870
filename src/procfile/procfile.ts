import { type Finding, quoteText } from '../finding.ts';

/** One process type of a Procfile. */
export interface ProcfileEntry {
  readonly name: string;
  readonly command: string;
  /** Counted from 1. */
  readonly line: number;
}

/** What a Procfile says, and what is to be said about it. */
export interface Procfile {
  /** In file order; each name once. */
  readonly entries: readonly ProcfileEntry[];
  readonly findings: readonly Finding[];
}

const ENTRY = /^([A-Za-z0-9_-]+):\s*(\S.*)$/s;

/**
 * Reads a Procfile. Blank lines and `#` lines are skipped, every other line that is not `name: command` is a warning;
 * a name given twice, or no process at all, is an error.
 * @param file its name in findings
 */
export function parseProcfile(text: string, file: string): Procfile {
  const entries = new Map<string, ProcfileEntry>();
  const findings: Finding[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [index, content] of lines.entries()) {
    if (/^\s*(?:#|$)/.test(content)) {
      continue;
    }
    const line = index + 1;
    const [, name, command] = ENTRY.exec(content) ?? [];
    if (name === undefined || command === undefined) {
      findings.push({ file, line, level: 'warning', message: describeBadLine(content, lines[index - 1]) });
      continue;
    }
    const first = entries.get(name);
    if (first !== undefined) {
      const message = `process "${name}" is defined twice, on lines ${first.line} and ${line}; rename or remove one`;
      findings.push({ file, line, level: 'error', message });
    } else if (command.includes('\0')) {
      findings.push({ file, line, level: 'error', message: `expected a command without NUL, got ${quoteText(content)}` });
    } else {
      entries.set(name, { name, command: command.trimEnd(), line });
    }
  }
  if (entries.size === 0) {
    findings.push({ file, level: 'error', message: 'expected at least one process, like "web: command", found none' });
  }
  return { entries: [...entries.values()], findings };
}

function describeBadLine(content: string, before: string | undefined): string {
  const message = `expected "name: command", got ${quoteText(content)}`;
  if (/^\s*[A-Za-z0-9_-]+\s*:\s*$/.test(content)) {
    return `${message}, which has no command`;
  }
  const suggestion = suggestLine(content);
  if (suggestion !== undefined) {
    return `${message}; did you mean ${quoteText(suggestion)}?`;
  }
  return before?.endsWith('\\') ? `${message}; a command is one line, join it with the line above` : message;
}

/** What a line was probably meant to be: a name of letters, digits, `_` and `-`, right at the start, a colon, a command. */
function suggestLine(content: string): string | undefined {
  const [, key, command] = /^\s*(?:-\s+)?([^\s:\uFF1A]+)\s*[:\uFF1A]\s*(\S.*)$/s.exec(content.replaceAll('\uFEFF', '')) ?? [];
  if (key === undefined || command === undefined) {
    return undefined;
  }
  const name = key
    .replaceAll(/^["'`]|["'`]$/g, '')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? undefined : `${name}: ${command.trimEnd()}`;
}
