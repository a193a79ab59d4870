import type { DaemonConfig } from '../config/config.ts';
import type { NodeAccounts } from './accounts.ts';
import { hasOriginal } from './original-files.ts';

/** Says where users and keys of the original gafferd lie, as long as there are none here; they are not taken over unless somebody wants that. */
export function originalHint({ configDir, auth }: Pick<DaemonConfig, 'configDir' | 'auth'>, { keys, users }: NodeAccounts): string | undefined {
  if (keys.all.length > 0 || users.all.length > 0 || !hasOriginal({ folder: configDir, auth })) {
    return undefined;
  }
  return `in ${configDir} are users and keys of the original gafferd: gafferd --import-auth ${configDir} takes them over`;
}
