import { closeSync, openSync, readdirSync, readFileSync, type Stats } from 'node:fs';
import { GafferError, messageOf } from '../errors.ts';
import { environmentOfUser, type Identity, nameOfIdentity } from '../supervisor/identity.ts';

/** An identity of which nothing is left open. */
export type WholeIdentity = Identity & { readonly uid: number; readonly gid: number };

/** Where root has its own files: of no use to anybody else. */
const OF_ROOT = ['XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'MAIL'];

/** The user as whom gafferd goes on when root has started it. */
export class OwnUser {
  readonly identity: WholeIdentity;

  private constructor(identity: WholeIdentity) {
    this.identity = identity;
  }

  /** Undefined when nobody is asked for, or gafferd is that user already. */
  static of(identity: WholeIdentity | undefined): OwnUser | undefined {
    const isOther = identity !== undefined && process.geteuid?.() === 0 && identity.uid !== 0;
    return isOther ? new OwnUser(identity) : undefined;
  }

  get name(): string {
    return nameOfIdentity(this.identity);
  }

  /** Does something as that user and is root again afterwards: what that user may not does not succeed. It has to be over when it returns. */
  act<T>(deed: () => T): T {
    if (process.geteuid?.() !== 0) {
      return deed(); // for good by now
    }
    const { uid, gid, groups } = this.identity;
    const own = process.getgroups?.() ?? [];
    try {
      process.setgroups?.(groups);
      process.setegid?.(gid);
      process.seteuid?.(uid);
      return deed();
    } finally {
      process.seteuid?.(0);
      process.setegid?.(0);
      process.setgroups?.(own);
    }
  }

  /** Whether that user can change what is in a folder, or make it so. */
  canWrite({ mode, uid, gid }: Pick<Stats, 'mode' | 'uid' | 'gid'>): boolean {
    const { identity } = this;
    return uid === identity.uid || (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && [identity.gid, ...identity.groups].includes(gid));
  }

  /**
   * Takes over what belongs to a user before anything is done: the environment, and a folder to be in.
   * @throws GafferError `io_failed` when that user can't read gafferd's own program, parts of which are loaded later
   */
  prepare(env: NodeJS.ProcessEnv, programs: readonly string[]): void {
    for (const file of programs) {
      try {
        this.act(() => closeSync(openSync(file, 'r')));
      } catch (error) {
        throw new GafferError(
          'io_failed',
          `user: ${this.name} can't read ${file} (${messageOf(error)}); install gaffer and Node where everybody can`,
          {
            cause: error,
          },
        );
      }
    }
    for (const name of OF_ROOT) {
      Reflect.deleteProperty(env, name);
    }
    Object.assign(env, environmentOfUser(this.identity));
    try {
      this.act(() => process.chdir('.'));
    } catch {
      process.chdir('/');
    }
  }

  /** Becomes that user for good, in all threads. @throws GafferError `io_failed` when anything of root is left */
  become(): void {
    const { uid, gid, groups } = this.identity;
    try {
      process.setgroups?.(groups);
      process.setgid?.(gid);
      process.setuid?.(uid);
    } catch (error) {
      throw new GafferError('io_failed', `user: gafferd can't become ${this.name}: ${messageOf(error)}`, { cause: error });
    }
    const left = [...threadStates()].find((status) => !isOnly(status, this.identity));
    if (left !== undefined || canBeRoot()) {
      throw new GafferError('io_failed', `user: gafferd has become ${this.name}, but could be root again: it does not go on like that`);
    }
  }
}

/** What the kernel says of each thread of this process; nothing where it does not say. */
function* threadStates(): Generator<string> {
  if (process.platform === 'linux') {
    for (const thread of readdirSync('/proc/self/task')) {
      yield readFileSync(`/proc/self/task/${thread}/status`, 'latin1');
    }
  }
}

/** Whether a thread is that user in every way (real, effective, saved, of files), in those groups, without capabilities. */
function isOnly(status: string, { uid, gid, groups }: WholeIdentity): boolean {
  const field = (name: string): string => new RegExp(`^${name}:[\\t ]*(.*?)[\\t ]*$`, 'm').exec(status)?.[1] ?? '';
  const isAll = (name: string, id: number): boolean => field(name) === [id, id, id, id].join('\t');
  const isNone = (name: string): boolean => /^0*$/.test(field(name));
  const sorted = [...new Set(groups)].sort((a, b) => a - b).join(' ');
  return isAll('Uid', uid) && isAll('Gid', gid) && field('Groups') === sorted && ['CapPrm', 'CapEff', 'CapAmb'].every(isNone);
}

function canBeRoot(): boolean {
  for (const back of [() => process.setuid?.(0), () => process.seteuid?.(0), () => process.setgid?.(0), () => process.setgroups?.([0])]) {
    try {
      back();
      return true;
    } catch {
      // as it should be
    }
  }
  return false;
}
