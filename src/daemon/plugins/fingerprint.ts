import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** As many files are looked at: more is hardly somebody's own code. */
const MOST = 2000;

/** Names what a plugin's code is at the moment, by its files' sizes and times: another name means other code. Sites and packages are left out. */
export function fingerprintOf(folder: string): string {
  const hash = createHash('sha1');
  const waiting = [folder];
  let count = 0;
  for (let next = waiting.shift(); next !== undefined && count < MOST; next = waiting.shift()) {
    for (const name of namesIn(next)) {
      const path = join(next, name);
      const stat = name.startsWith('.') || ['_site', 'node_modules'].includes(name) ? undefined : statSync(path, { throwIfNoEntry: false });
      if (stat?.isDirectory() === true) {
        waiting.push(path);
      } else if (stat !== undefined) {
        count += 1;
        hash.update(`${path} ${stat.size} ${stat.mtimeMs} ${stat.ino}\n`);
      }
    }
  }
  return hash.digest('hex');
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}
