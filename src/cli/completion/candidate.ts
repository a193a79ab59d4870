/** A word that can be put in the place of the unfinished one. */
export interface Candidate {
  readonly text: string;
  /** What it is, in a line. */
  readonly about?: string | undefined;
  /** Something has to follow in the same word: `web=`. */
  readonly isOpen?: boolean;
}

/** What the shell itself completes. */
export type ShellWords = 'files' | 'folders' | 'programs';

/** All that an unfinished word can become. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  /** Besides the candidates, in bash only where there are none. */
  readonly besides?: ShellWords | undefined;
}

/** Where nothing can be said. */
export const NO_COMPLETION: Completion = { candidates: [] };
