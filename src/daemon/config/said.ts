/** A text of the configuration, and who says it. */
export interface Said {
  readonly text: string;
  /** A file, an option like `--bind`, or a variable of the environment. */
  readonly source: string;
  /** In a file. */
  readonly line?: number;
  /** In a file: `[gaffer] bind`. */
  readonly entry?: string;
  /** In a file: the key as it was written; elsewhere keys are in lower case. */
  readonly key?: string;
  /** Where relative paths begin: beside the file, or where gafferd was started. */
  readonly folder: string;
}

/** What to call it in a message: `[gaffer] bind` or `--bind`. */
export function nameOf(said: Said): string {
  return said.entry ?? said.source;
}

/** Where it can be found: `/etc/gaffer/gafferd.ini:3` or `--bind`. */
export function placeOf({ source, line }: Said): string {
  return line === undefined ? source : `${source}:${line}`;
}

/** What is wrong with saying something again. */
export function saidAlready(before: Said): string {
  return `${placeOf(before)} says this already; remove one`;
}

/** The words of a list: commas and blanks part them. */
export function wordsOf(said: Said): readonly Said[] {
  return said.text
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .map((text) => ({ ...said, text }));
}
