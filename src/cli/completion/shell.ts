/** The shells for which there is completion. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** One of the shells for which there is completion. */
export type Shell = (typeof SHELLS)[number];

/** The shell that a word names, or a path like `$SHELL`; undefined where that is none of them. */
export function shellOf(text: string): Shell | undefined {
  const name = text.slice(text.lastIndexOf('/') + 1);
  return SHELLS.find((shell) => shell === name);
}
