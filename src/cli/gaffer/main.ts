import type { Commands } from '../argv.ts';
import { runProgram } from '../run-program.ts';
import { Check } from './commands/check.ts';
import { Export } from './commands/export.ts';
import { Help } from './commands/help.ts';
import { Run } from './commands/run.ts';
import { Start } from './commands/start.ts';

/** The commands of `gaffer`; oclif finds them here by this name. */
export const COMMANDS: Commands = {
  start: Start,
  run: Run,
  check: Check,
  export: Export,
  help: Help,
};

declare const GAFFER_VERSION: string;

/** Runs `gaffer`. @param file the bundled file that this is in */
export async function main(file: string): Promise<void> {
  await runProgram({ name: 'gaffer', version: GAFFER_VERSION, file, commands: COMMANDS, passOn: ['run', 'dev:run'] });
}
