import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { messageOf, systemCode } from '../../errors.ts';
import type { MachineAccounts } from './accounts-of-machine.ts';
import type { FileRights, PathRights } from './file-rights.ts';

/** As many symbolic links as the system itself follows. */
const MOST_LINKS = 40;

/** Looks at a file and at everything on the way to it, as the system goes it. */
export function lookAtPath(path: string, accounts: MachineAccounts): PathRights {
  const folders = new Map<string, FileRights>();
  const at = (place: string, stat: Stats): FileRights => rightsOf(place, stat, accounts);
  let links = 0;
  const walk = (place: string): FileRights | undefined => {
    const parts = place.split(sep).filter((part) => part !== '');
    let here: string = sep;
    let stat = lstatSync(here);
    for (const [index, part] of parts.entries()) {
      folders.set(here, at(here, stat));
      const next = resolve(here, part);
      stat = lstatSync(next);
      if (stat.isSymbolicLink()) {
        links += 1;
        // its own mode says nothing, but whose it is does
        folders.set(next, { ...at(next, stat), mode: 0o755 });
        return links > MOST_LINKS ? undefined : walk(resolve(dirname(next), readlinkSync(next), ...parts.slice(index + 1)));
      }
      here = next;
    }
    return at(here, stat);
  };
  try {
    const target = walk(path);
    return { path, folders: [...folders.values()], target };
  } catch (error) {
    const isMissing = ['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '');
    return { path, folders: [...folders.values()], target: undefined, ...(!isMissing && { problem: messageOf(error) }) };
  }
}

function rightsOf(path: string, stat: Stats, accounts: MachineAccounts): FileRights {
  const { uid, gid, mode } = stat;
  return {
    path,
    kind: stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : stat.isSocket() ? 'socket' : 'other',
    uid,
    owner: accounts.userName(uid),
    gid,
    group: accounts.groupName(gid),
    members: accounts.membersOf(gid),
    mode: mode & 0o7777,
  };
}
