import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const WRITER = fileURLToPath(new URL('../programs/original-accounts.py', import.meta.url));

/** What the original gafferd is to have kept; passwords are hashed as it did, unless they are hashes. */
export interface OriginalContent {
  /** Secret, data (JSON, or what it is made of), secret of the parent. */
  readonly keys?: readonly (readonly [string | null, unknown, string | null])[];
  /** Name, password, type, secret of the key, further members. */
  readonly users?: readonly (readonly [string | null, string | null, unknown, string | null, unknown])[];
}

/** Writes `auth.db` and `keys.db` into a folder, with Python's SQLite as the original gafferd did. */
export function writeOriginal(folder: string, content: OriginalContent): void {
  execFileSync('python3', [WRITER, folder], { input: JSON.stringify(content) });
}
