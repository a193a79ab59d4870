import { realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { GafferError } from '../errors.ts';
import { flatEnvironment } from './environment.ts';
import { type Identity, nameOfIdentity } from './identity.ts';
import { findExecutable } from './program-search.ts';
import { isFolder, succeeds } from './spawn.ts';

/** A program as somebody else. */
export interface ChangedUser {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What is to run as somebody else. */
export interface UserChange extends ChangedUser {
  /** Undefined is the supervisor's own. */
  readonly cwd: string | undefined;
  readonly identity: Identity;
  /** Where root's own programs are looked for. */
  readonly path: string | undefined;
}

/**
 * Makes a command that becomes that user, in no other groups than the user is in, and then the program: Node itself
 * would drop all groups. Nothing of the job is an option of it, and it runs with nothing that the job could have it load.
 * @throws GafferError `invalid_config` when that can't be done, or the user may not enter the folder or execute the program
 */
export function changeUser({ file, args, env, cwd, identity, path }: UserChange): ChangedUser {
  const setpriv = ownProgram('setpriv', path);
  const become = [...identityOptions(identity), '--'];
  const may = (where: string): boolean => isOpenToAll(where) || succeeds(setpriv, [...become, ownProgram('test', path), '-x', where]);
  const who = nameOfIdentity(identity);
  if (cwd !== undefined && isFolder(cwd) && !may(resolve(cwd))) {
    throw new GafferError('invalid_config', `cannot run in ${cwd}: ${who} may not enter it`);
  }
  if (!may(resolve(cwd ?? '', file))) {
    throw new GafferError('invalid_config', `cannot execute ${file}: ${who} may not`);
  }
  const later = Object.entries(flatEnvironment(env)).filter(([name]) => isLoading(name));
  if (later.length === 0) {
    return { file: setpriv, args: [...become, file, ...args], env };
  }
  const safe = Object.fromEntries(Object.entries(flatEnvironment(env)).filter(([name]) => !isLoading(name)));
  const program = file.includes('=') ? ['sh', '-c', 'exec "$0" "$@"', resolve(cwd ?? '', file)] : [file];
  const words = later.map(([name, value]) => `${name}=${value}`);
  return { file: setpriv, args: [...become, ownProgram('env', path), ...words, ...program, ...args], env: safe };
}

/** The options of `setpriv` that make it become somebody. */
export function identityOptions({ uid, gid, groups, user }: Identity): readonly string[] {
  return [
    ...(uid === undefined ? [] : [`--reuid=${uid}`]),
    ...(gid === undefined ? [] : [`--regid=${gid}`]),
    user === undefined ? '--clear-groups' : `--groups=${groups.join(',')}`,
  ];
}

/**
 * Variables by which a program loads what others have written: libraries, character sets, modules that know of users.
 * `setpriv` is root still; these wait until it is not.
 */
const LOADING = /^(LD_|DYLD_|GLIBC_|GCONV_|LOCPATH$|MUSL_LOCPATH$|NLSPATH$|LANGUAGE$|NIS_PATH$|RES_|RESOLV_|HOSTALIASES$|LOCALDOMAIN$)/;
const LOADING_OF_USERS = /^(LDAP|SASL_|KRB5|GSS|NSS_|SSS_|_SSS_|SYSTEMD_)/;

function isLoading(name: string): boolean {
  return LOADING.test(name) || LOADING_OF_USERS.test(name);
}

/** A program of the system that root executes: never one of the folder in which a job runs. */
function ownProgram(name: string, path: string | undefined): string {
  const found = findExecutable(name, path, { onlyAbsolute: true });
  if (found === undefined) {
    throw new GafferError('invalid_config', `uid: expected the program ${name} to change user and group with, found none; install util-linux`);
  }
  return found;
}

/** Whether everybody may enter a folder, or execute a file; if not, somebody still may. */
function isOpenToAll(path: string): boolean {
  try {
    for (let at = realpathSync(path); ; at = dirname(at)) {
      if ((statSync(at).mode & 0o001) === 0) {
        return false;
      }
      if (at === dirname(at)) {
        return true;
      }
    }
  } catch {
    return false;
  }
}
