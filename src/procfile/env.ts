import { parse } from 'dotenv';
import type { Finding } from '../finding.ts';
import { type EnvEntry, findEnvEntries } from './env-entries.ts';
import { comparePeers } from './peer-difference.ts';

/** What a `.env` file says, and what is to be said about it. */
export interface EnvFile {
  /** In the order of their first appearance; the last value counts. */
  readonly values: Readonly<Record<string, string>>;
  /** In the order of lines. Values stand in none of them: they may be secrets. */
  readonly findings: readonly Finding[];
}

/**
 * Reads a `.env` file as dotenv does. A line that dotenv drops is a warning; a line that foreman or honcho read
 * differently is a note.
 * @param file its name in findings
 */
export function parseEnvFile(text: string, file: string): EnvFile {
  const { lines, entries, dropped } = findEnvEntries(text);
  const values = new Map<string, string>();
  const findings: Finding[] = dropped.map((line) => ({ file, line, level: 'warning', message: describeDropped(lines[line - 1] ?? '') }));
  for (const entry of entries) {
    const value = parse(`A=${entry.rawValue}`)['A'] ?? '';
    if (value.includes('\0')) {
      findings.push({ file, line: entry.line, level: 'error', message: `${entry.name}: expected a value without NUL` });
      continue;
    }
    values.set(entry.name, value);
    if (isQuoteOpen(entry)) {
      const message = `${entry.name}: expected the value to end with the quote it starts with; the quote is taken for a part of the value`;
      findings.push({ file, line: entry.line, level: 'warning', message });
    }
    const peers = comparePeers(entry, value, lines[entry.line - 1] ?? '');
    if (peers !== undefined) {
      findings.push({ file, line: entry.line, level: 'note', message: `${entry.name}: ${peers}` });
    }
  }
  findings.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return { values: Object.fromEntries(values), findings };
}

/** Joins the values of several files; later files win. */
export function mergeEnv(files: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  return Object.fromEntries(files.flatMap((values) => Object.entries(values)));
}

function describeDropped(line: string): string {
  const expected = 'expected "NAME=value" with a name of letters, digits, "_", "." and "-"';
  return line.includes('=') ? `${expected}; the line is left out` : `${expected}, but there is no "="; the line is left out`;
}

function isQuoteOpen(entry: EnvEntry): boolean {
  const raw = entry.rawValue.trim();
  return /^['"`]/.test(raw) && (raw.length === 1 || raw.at(-1) !== raw[0]);
}
