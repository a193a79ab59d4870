import type { FileRights, PathRights } from './file-rights.ts';

/** Users who are none of those that are trusted. */
export type Strangers =
  | { readonly kind: 'everybody' }
  | { readonly kind: 'group'; readonly name: string; readonly members: readonly string[] | undefined }
  | { readonly kind: 'owner'; readonly name: string };

/** Something by which strangers can change what a path leads to. */
export interface Weakness {
  /** The file, or the folder above it. */
  readonly at: FileRights;
  readonly who: Strangers;
  /** What they can do: write into it, put another one in its place, or make the one that is not there yet. */
  readonly deed: 'write' | 'replace' | 'make';
}

const [STICKY, GROUP_READS, GROUP_WRITES, GROUP_PASSES, ALL_READ, ALL_WRITE, ALL_PASS] = [0o1000, 0o040, 0o020, 0o010, 0o004, 0o002, 0o001];

/** Finds everything by which others than these users can change a file, or what is in a folder. Root can everything. */
export function weaknessesOf({ folders, target }: PathRights, trusted: ReadonlySet<number>): readonly Weakness[] {
  const way = [...folders, ...(target === undefined ? [] : [target])];
  return way.flatMap((at, index): readonly Weakness[] => {
    const before = folders.slice(0, Math.min(index, folders.length));
    const next = way[index + 1];
    const isAbove = at !== target;
    // in such a folder everybody can only remove what is his own
    const isKept = isAbove && (at.mode & STICKY) !== 0 && next !== undefined && isTrusted(next.uid, trusted);
    const who = isKept ? strangerOwner(at, trusted) : writersOf(at, trusted);
    const deed = !isAbove ? 'write' : target === undefined && next === undefined ? 'make' : 'replace';
    return who.filter((one) => canReach(before, at, one)).map((one) => ({ at, who: one, deed }));
  });
}

/** Who else than these users can read a file. */
export function readersOf({ folders, target }: PathRights, trusted: ReadonlySet<number>): Strangers | undefined {
  if (target === undefined) {
    return undefined;
  }
  const everybody = (target.mode & ALL_READ) === 0 ? [] : [{ kind: 'everybody' as const }];
  const group = (target.mode & GROUP_READS) === 0 ? [] : strangersInGroup(target, trusted);
  return [...everybody, ...group].find((one) => canReach(folders, target, one));
}

/** Strangers in words. */
export function nameOfStrangers(who: Strangers): string {
  switch (who.kind) {
    case 'everybody':
      return 'everybody';
    case 'owner':
      return `the user ${who.name}, whose it is,`;
    case 'group':
      return `the group ${who.name}${who.members === undefined ? '' : ` (${who.members.slice(0, 5).join(', ')}${who.members.length > 5 ? ' …' : ''})`}`;
  }
}

function writersOf(at: FileRights, trusted: ReadonlySet<number>): readonly Strangers[] {
  const everybody = (at.mode & ALL_WRITE) === 0 ? [] : [{ kind: 'everybody' as const }];
  const group = (at.mode & GROUP_WRITES) === 0 || everybody.length > 0 ? [] : strangersInGroup(at, trusted);
  return [...strangerOwner(at, trusted), ...everybody, ...group];
}

function strangerOwner({ uid, owner }: FileRights, trusted: ReadonlySet<number>): readonly Strangers[] {
  return isTrusted(uid, trusted) ? [] : [{ kind: 'owner', name: owner ?? String(uid) }];
}

function strangersInGroup({ gid, group, members }: FileRights, trusted: ReadonlySet<number>): readonly Strangers[] {
  const strangers = members?.filter(({ uid }) => !isTrusted(uid, trusted));
  return strangers?.length === 0 ? [] : [{ kind: 'group', name: group ?? String(gid), members: strangers?.map(({ name }) => name) }];
}

function isTrusted(uid: number, trusted: ReadonlySet<number>): boolean {
  return uid === 0 || trusted.has(uid);
}

/** Whether strangers come so far: a folder that is closed to them keeps them from all that is in it. */
function canReach(folders: readonly FileRights[], at: FileRights, who: Strangers): boolean {
  return folders.every((folder) => {
    const isOpen = (folder.mode & ALL_PASS) !== 0;
    switch (who.kind) {
      case 'everybody':
        return isOpen;
      case 'group':
        return isOpen || (folder.gid === at.gid && (folder.mode & GROUP_PASSES) !== 0);
      case 'owner':
        return isOpen || folder.uid === at.uid || (folder.mode & GROUP_PASSES) !== 0;
    }
  });
}
