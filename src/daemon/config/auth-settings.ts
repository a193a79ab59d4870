import type { Reading } from './reading.ts';
import { parseLine } from './values.ts';

/** Where users and keys are kept, as `[auth]` says it. */
export interface AuthSettings {
  readonly authBackend: string | undefined;
  readonly keysBackend: string | undefined;
  /** A file's name inside the configuration's folder, or `:memory:`. */
  readonly authDbname: string | undefined;
  readonly keysDbname: string | undefined;
}

/** Reads the section `[auth]`. */
export function readAuth(reading: Reading): AuthSettings {
  const line = (key: string): string | undefined => reading.value(reading.entry('auth', key), parseLine);
  return {
    authBackend: line('auth_backend'),
    keysBackend: line('keys_backend'),
    authDbname: line('auth_dbname'),
    keysDbname: line('keys_dbname'),
  };
}
