import type { FileRights, PathRights, Person } from '../../src/daemon/trust/file-rights.ts';

/** Users that tests speak of. */
export const ADA: Person = { uid: 1000, name: 'ada' };
export const BEA: Person = { uid: 1001, name: 'bea' };
export const ROOT: Person = { uid: 0, name: 'root' };

/** Rights of one thing: who owns it, its mode, and who is in its group. */
export interface ThingOptions {
  readonly owner?: Person;
  readonly group?: readonly Person[] | undefined;
  readonly kind?: FileRights['kind'];
}

/** Something on disk, as it would be looked at. */
export function thing(path: string, mode: number, { owner = ROOT, group = [owner], kind = 'file' }: ThingOptions = {}): FileRights {
  const gid = owner.uid;
  return { path, kind, uid: owner.uid, owner: owner.name, gid, group: owner.name, members: group, mode };
}

/** A path to something: the folders on the way are root's, and open, unless others are given. */
export function pathTo(target: FileRights, folders: readonly FileRights[] = [thing('/', 0o755, { kind: 'folder' })]): PathRights {
  return { path: target.path, folders, target };
}
