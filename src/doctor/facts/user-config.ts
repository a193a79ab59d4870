import { readFileSync } from 'node:fs';
import { messageOf, systemCode } from '../../errors.ts';
import { formatFinding } from '../../finding.ts';
import { parseIni } from '../../ini/document.ts';
import type { UserConfig } from './user.ts';

/** Reads how many keys of nodes are in a user's own configuration. */
export function userConfigFacts(path: string): UserConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const isMissing = systemCode(error) === 'ENOENT';
    return { path, keys: isMissing ? 0 : undefined, trouble: isMissing ? undefined : `cannot read ${path}: ${messageOf(error)}` };
  }
  const { sections, findings } = parseIni(text, path);
  const [finding] = findings;
  const keys = sections.filter(({ name, entries }) => name.startsWith('node') && entries.some(({ key, value }) => key === 'key' && value !== ''));
  return { path, keys: keys.length, trouble: finding && formatFinding(finding) };
}
