import { createHash } from 'node:crypto';
import { readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

/** As many files and folders are looked at: more is hardly somebody's own code. */
const MOST = 2000;

/** Names what a plugin's code is at the moment, by its files' sizes and times: another name means other code. Sites and packages are left out. */
export function fingerprintOf(folder: string): string {
  const hash = createHash('sha1');
  for (const { path, stat } of filesIn(folder)) {
    hash.update(`${path} ${stat.size} ${stat.mtimeMs} ${stat.ino}\n`);
  }
  return hash.digest('hex');
}

/** The files of a plugin's own code. */
export function* filesIn(folder: string): Generator<{ readonly path: string; readonly stat: Stats }, void, void> {
  const waiting = [folder];
  let count = 0;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    for (const name of namesIn(next).filter((one) => !one.startsWith('.') && one !== '_site' && one !== 'node_modules')) {
      const path = join(next, name);
      const stat = look(path);
      count += 1;
      if (count > MOST) {
        return;
      }
      if (stat?.isDirectory() === true) {
        waiting.push(path);
      } else if (stat !== undefined) {
        yield { path, stat };
      }
    }
  }
}

/** Undefined for what can't be looked at: a link that leads nowhere, or round in a circle. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}
