import { fileURLToPath } from 'node:url';

/** The command that runs one of test/programs. */
export function program(name: string, ...args: readonly (string | number)[]): string {
  const path = fileURLToPath(new URL(`../programs/${name}`, import.meta.url));
  return [name.endsWith('.mjs') ? process.execPath : 'sh', path, ...args].join(' ');
}
