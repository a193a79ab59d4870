import type { IniDocument } from '../../ini/document.ts';

/** Names of settings and variables whose values others should not know. */
const SECRET = /passw|passphrase|secret|token|credential|private|api_?key|auth_?key|_key$|^key$/i;

/** A user and a password in an address. */
const IN_ADDRESS = /:\/\/[^/\s:@]*:[^/\s@]+@/;

/** A secret that stands in a file. */
export interface FoundSecret {
  readonly line: number;
  /** What is secret: `[env:shop:web] PASSWORD`. */
  readonly name: string;
}

/** Finds what looks like a secret in an ini file, by the names: passwords in variables, secrets of webhooks, passphrases. */
export function secretsIn({ sections }: Pick<IniDocument, 'sections'>): readonly FoundSecret[] {
  return sections.flatMap(({ name, entries }) =>
    entries
      .filter(({ key, value }) => value !== '' && !isPath(key) && (SECRET.test(key.replace(/^env:/, '')) || IN_ADDRESS.test(value)))
      .map(({ line, writtenKey }) => ({ line, name: `[${name}] ${writtenKey}` })),
  );
}

/** Settings that name a file with a secret in it, or say whether there is one. */
function isPath(key: string): boolean {
  return /file$|^require_key$|^keys_|^auth_/i.test(key) && !key.startsWith('env:');
}
