import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PathRights } from '../../daemon/trust/file-rights.ts';
import type { PluginFacts } from '../checks/plugins.ts';
import type { StateFacts } from '../checks/state.ts';

/** Looks at a path. */
export type Look = (path: string) => PathRights;

/** As many things in a folder of plugins are looked at. */
const MOST = 2000;

/** Looks at the state folder and at what is in it. */
export function stateFacts(folder: string, look: Look): StateFacts {
  const files = namesIn(folder).filter((name) => name.startsWith('state.db'));
  return { folder: look(folder), files: files.map((name) => look(join(folder, name))) };
}

/** Looks at the folder of plugins and at all that is in it. */
export function pluginFacts(folder: string, look: Look): PluginFacts {
  const paths: string[] = [];
  const waiting = [folder];
  for (let next = waiting.shift(); next !== undefined && paths.length <= MOST; next = waiting.shift()) {
    for (const name of namesIn(next)) {
      paths.push(join(next, name));
      if (isFolder(look(join(next, name)))) {
        waiting.push(join(next, name));
      }
    }
  }
  return { folder: look(folder), content: paths.slice(0, MOST).map(look), isCut: paths.length > MOST };
}

/** A folder itself: what a link leads to is looked at, but not walked through, for that may go round in circles. */
function isFolder({ path, target }: PathRights): boolean {
  return target?.kind === 'folder' && target.path === path;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
