import type { Commands } from '../argv.ts';
import { runProgram } from '../run-program.ts';
import { Help } from './commands/help.ts';
import { Ping } from './commands/ping.ts';
import { overview } from './overview.ts';
import { prelude } from './prelude.ts';
import { unknownCommand } from './unknown-command.ts';
import { GAFFERCTL_VOICE } from './voice.ts';

/** The commands of `gafferctl`; oclif finds them here by this name. */
export const COMMANDS: Commands = {
  ping: Ping,
  help: Help,
};

/** How command lines of `gafferctl` are read. */
export const RULES = { passOn: [], unknownCommand };

declare const GAFFER_VERSION: string;

/** Runs `gafferctl`. @param file the bundled file that this is in */
export async function main(file: string): Promise<void> {
  await runProgram({
    voice: GAFFERCTL_VOICE,
    version: GAFFER_VERSION,
    file,
    commands: COMMANDS,
    ...RULES,
    overview: () => overview(COMMANDS),
    prelude,
  });
}
