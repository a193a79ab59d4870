import { type Stats, statSync } from 'node:fs';
import { unusable } from '../../daemon/state-folder.ts';
import { GafferError } from '../../errors.ts';

/**
 * Makes sure that what is written into a state folder will belong to its owner, for gafferd runs as that user; root becomes that user.
 * @throws GafferError `io_failed` for anybody else, and for what can be no folder
 */
export function actAsOwner(stateDir: string): void {
  const folder = statOf(stateDir);
  const own = process.geteuid?.();
  if (folder === undefined || own === undefined || folder.uid === own) {
    return;
  }
  if (own !== 0) {
    const owner = folder.uid === 0 ? 'root' : `the user ${folder.uid}`;
    const sudo = folder.uid === 0 ? 'sudo' : `sudo -u '#${folder.uid}'`;
    throw new GafferError(
      'io_failed',
      `the state folder ${stateDir} belongs to ${owner}: do this as that user, with ${sudo}, or name another one with --state-dir`,
    );
  }
  process.setgroups?.([]);
  process.setgid?.(folder.gid);
  process.setuid?.(folder.uid);
}

/** Undefined where nothing is. @throws GafferError `io_failed` */
function statOf(stateDir: string): Stats | undefined {
  try {
    return statSync(stateDir, { throwIfNoEntry: false });
  } catch (error) {
    throw unusable(stateDir, error);
  }
}
