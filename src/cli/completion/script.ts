import { BASH_SCRIPT } from './bash-script.ts';
import { FISH_SCRIPT } from './fish-script.ts';
import type { Shell } from './shell.ts';
import { ZSH_SCRIPT } from './zsh-script.ts';

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH_SCRIPT, zsh: ZSH_SCRIPT, fish: FISH_SCRIPT };

/** The script that a shell reads to complete the programs of this package. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
