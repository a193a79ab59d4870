import { dirname, join } from 'node:path';
import type { Command } from '@oclif/core/command';
import type { Config } from '@oclif/core/config';
import { letGoOfLostTerminals } from './lost-terminal.ts';
import { HELP_OPTIONS } from './options.ts';
import { programConfig } from './program-config.ts';
import { failWithoutOutput, report } from './run-program.ts';
import { GAFFER_VOICE, speakAs } from './voice.ts';

/** A program that is one command. */
export interface SingleProgram {
  readonly name: string;
  readonly version: string;
  /** The bundled file, beside its manifest. */
  readonly file: string;
  readonly command: Command.Class;
}

/** Runs a program that is one command, and ends the process with its exit code. */
export async function runSingle({ name, version, file, command }: SingleProgram): Promise<void> {
  const argv = process.argv.slice(2);
  speakAs({ ...GAFFER_VOICE, name });
  letGoOfLostTerminals();
  failWithoutOutput();
  try {
    if (argv.includes('--version')) {
      process.stdout.write(`${version}\n`);
      return;
    }
    if (argv.some((word) => HELP_OPTIONS.includes(word))) {
      const { run } = await import('@oclif/core/run');
      await run(['--help'], { root: join(dirname(file), name), pjson: programConfig(name, version, file, 'single') });
      return;
    }
    const config = { bin: name, root: dirname(file), runHook: () => Promise.resolve({ successes: [], failures: [] }) };
    const Runnable = command as unknown as new (argv: readonly string[], config: Config) => Command;
    await new Runnable(argv, config as unknown as Config).run();
  } catch (error) {
    process.exitCode = report(error, { name, type: command });
  }
}
