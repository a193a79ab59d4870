import { readFileSync } from 'node:fs';
import { parseIni } from '../../ini/document.ts';
import type { ConfigFileFacts } from '../checks/config-files.ts';
import { secretsIn } from '../checks/secrets.ts';
import type { Look } from './folders.ts';

/** Looks at the ini files of a configuration, and at the names in them. */
export function configFileFacts(files: readonly string[], look: Look): readonly ConfigFileFacts[] {
  return files.map((file) => ({ rights: look(file), secrets: secretsIn(parseIni(textOf(file), file)) }));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // that it can't be read is said where it is read in earnest
  }
}
