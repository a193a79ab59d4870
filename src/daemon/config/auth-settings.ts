import { GafferError } from '../../errors.ts';
import type { Reading } from './reading.ts';
import { parseLine, unexpected } from './values.ts';

/** The original gaffer's files of users and keys, as `[auth]` names them: in the configuration's folder, or wherever they were brought. */
export interface AuthSettings {
  readonly authDbname: string;
  readonly keysDbname: string;
}

/** Reads the section `[auth]`, which had more to say when gafferd kept users and keys in files of their own. */
export function readAuth(reading: Reading): AuthSettings {
  for (const key of ['auth_backend', 'keys_backend']) {
    reading.value(reading.entry('auth', key), parseBackend);
  }
  const name = (key: string): string | undefined => reading.value(reading.entry('auth', key), parseFileName);
  return { authDbname: name('auth_dbname') ?? 'auth.db', keysDbname: name('keys_dbname') ?? 'keys.db' };
}

function parseBackend(text: string): string {
  if (text !== 'default') {
    throw unexpected('default', text, '; gafferd keeps users and keys in its state folder, and has no other place for them');
  }
  return text;
}

function parseFileName(text: string): string {
  if (text.trim() === ':memory:') {
    throw new GafferError('invalid_config', 'expected the name of a file, got ":memory:"; gafferd always keeps users and keys, in its state folder');
  }
  return parseLine(text);
}
