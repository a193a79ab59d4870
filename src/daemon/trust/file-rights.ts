/** Somebody with an account on this machine. */
export interface Person {
  readonly uid: number;
  readonly name: string;
}

/** Who may do what with a file or folder, as the system tells it. */
export interface FileRights {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'socket' | 'other';
  readonly uid: number;
  /** The owner's name; undefined for one without an account. */
  readonly owner: string | undefined;
  readonly gid: number;
  readonly group: string | undefined;
  /** Who is in that group; undefined where that can't be told. */
  readonly members: readonly Person[] | undefined;
  /** The permission bits, the sticky one too. */
  readonly mode: number;
}

/** Who may do what with all that is on the way to a file. */
export interface PathRights {
  /** Absolute, as it is named. */
  readonly path: string;
  /** Every folder on the way, those of symbolic links too. */
  readonly folders: readonly FileRights[];
  /** What is there in the end; undefined where nothing is, or it can't be looked at. */
  readonly target: FileRights | undefined;
  /** Why it can't be looked at, if not because nothing is there. */
  readonly problem?: string;
}
