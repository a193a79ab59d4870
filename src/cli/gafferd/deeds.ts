import type { DaemonConfig } from '../../daemon/config/config.ts';
import { GafferError } from '../../errors.ts';
import { createAdminUser, listAdmins } from './admin-user.ts';
import { importAuth } from './import-auth.ts';
import { upgrade } from './upgrade.ts';

/** The options that have something done, instead of running. */
export interface DeedFlags {
  readonly upgrade?: boolean | undefined;
  readonly 'create-admin-user'?: boolean | undefined;
  readonly 'list-admins'?: boolean | undefined;
  readonly 'import-auth'?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly 'password-file'?: string | undefined;
}

/** Something that is done with what a configuration names. */
export type Deed = (config: DaemonConfig) => Promise<void>;

const DEEDS = ['create-admin-user', 'list-admins', 'import-auth', 'upgrade'] as const;
const OF_CREATION = ['username', 'password', 'password-file'] as const;

/** What is to be done instead of running; undefined when nothing is. @throws GafferError `bad_usage` */
export function deedOf(flags: DeedFlags): Deed | undefined {
  const [deed, other] = DEEDS.filter((name) => flags[name] !== undefined && flags[name] !== false);
  if (other !== undefined) {
    throw new GafferError('bad_usage', `expected one thing to do, got --${deed ?? ''} and --${other}`);
  }
  const stray = OF_CREATION.find((name) => flags[name] !== undefined);
  if (stray !== undefined && deed !== 'create-admin-user') {
    throw new GafferError('bad_usage', `--${stray} belongs to --create-admin-user`);
  }
  switch (deed) {
    case 'create-admin-user':
      return async ({ stateDir, user }) => {
        const { username, password, 'password-file': passwordFile } = flags;
        await createAdminUser({ stateDir, user, username, password, passwordFile });
      };
    case 'list-admins':
      return async ({ stateDir }) => await listAdmins({ stateDir });
    case 'import-auth':
      return async ({ stateDir, user, auth }) => await importAuth({ stateDir, user, folder: flags['import-auth'] ?? '', auth });
    case 'upgrade':
      return async ({ stateDir }) => await upgrade(stateDir);
    case undefined:
      return undefined;
  }
}
