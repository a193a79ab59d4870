import { messageOf } from '../errors.ts';
import { quoteText } from '../finding.ts';
import type { JobConfig } from '../job/config.ts';
import { SETTINGS } from '../job/settings.ts';
import { didYouMean } from '../suggestion.ts';
import type { IniEntry } from './document.ts';

/** What one line of a job's section says. */
export type SettingEntry =
  | { readonly kind: 'setting'; readonly member: keyof JobConfig; readonly value: unknown }
  | { readonly kind: 'variable'; readonly name: string; readonly value: string }
  | { readonly kind: 'problem'; readonly message: string };

/** Whether a section stands for a job of its own, or adds to a process of a Procfile. */
export type SectionMode = 'jobs' | 'additions';

/** Members that an ini file says in another way, or not at all. */
const NEVER: readonly string[] = ['name', 'env', 'group', 'custom_channels'];

/** Members that the Procfile says. */
const OF_THE_PROCFILE: readonly string[] = ['cmd', 'args', 'start'];

const VARIABLE = 'env:';

/** Whether a key can stand in a job's section. */
export function isKeyOfJob(key: string, mode: SectionMode): boolean {
  return key.startsWith(VARIABLE) || settingNames(mode).includes(key);
}

function settingNames(mode: SectionMode): readonly string[] {
  const forbidden = mode === 'additions' ? [...NEVER, ...OF_THE_PROCFILE] : NEVER;
  return Object.keys(SETTINGS).filter((member) => !forbidden.includes(member));
}

/** Reads one line of a job's section. */
export function readSetting(entry: IniEntry, mode: SectionMode): SettingEntry {
  const { key, value: text } = entry;
  const swallowed = text.split('\n').find((line, index) => index > 0 && isKeyOfJob(/^(\w+)\s*[=:]/.exec(line)?.[1]?.toLowerCase() ?? '', mode));
  if (swallowed !== undefined) {
    return problem(`${key}: the indented line ${quoteText(swallowed)} goes on with this value; remove the blanks in front of it`);
  }
  if (key.startsWith(VARIABLE)) {
    return { kind: 'variable', name: key.slice(VARIABLE.length), value: text };
  }
  const known = settingNames(mode);
  if (!known.includes(key)) {
    return problem(describeUnknown(key, mode, known));
  }
  const member = key as keyof JobConfig;
  const setting = SETTINGS[member];
  try {
    const value = setting.fromText(text);
    return setting.accepts(value) ? { kind: 'setting', member, value } : problem(`${key}: expected ${setting.expected}, got ${quoteText(text)}`);
  } catch (error) {
    return problem(`${key}: ${messageOf(error)}`);
  }
}

function describeUnknown(key: string, mode: SectionMode, known: readonly string[]): string {
  if (key === 'env') {
    return 'env: expected one line for each variable, like "env:NAME = value"';
  }
  if (key === 'name') {
    return 'name: a job has its name from the section, like [process:web]';
  }
  if (mode === 'additions' && OF_THE_PROCFILE.includes(key)) {
    return `${key}: the Procfile says this; change it there`;
  }
  return `${key}: no such job setting${didYouMean(key, known)}`;
}

function problem(message: string): SettingEntry {
  return { kind: 'problem', message };
}
