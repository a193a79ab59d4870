import { dirname, join } from 'node:path';
import type { Command } from '@oclif/core/command';
import type { Config } from '@oclif/core/config';
import { GafferError, messageOf, systemCode } from '../errors.ts';
import { type ArgvRules, arrangeArgv, findCommand } from './argv.ts';
import { complain } from './complain.ts';
import { letGoOfLostTerminals } from './lost-terminal.ts';
import { programConfig } from './program-config.ts';
import { explainUsage } from './usage.ts';

/** What complaints begin with. */
interface ProgramName {
  readonly name: string;
}

/** A program and its commands. */
export interface Program extends ArgvRules, ProgramName {
  readonly version: string;
  /** The bundled file, beside its manifest. */
  readonly file: string;
}

const WRONG_USAGE = 2;

/** Runs a program's command line, and ends the process with the command's exit code. */
export async function runProgram(program: Program): Promise<void> {
  let name = '';
  letGoOfLostTerminals();
  failWithoutOutput(program);
  try {
    const argv = arrangeArgv(process.argv.slice(2), program);
    [name = ''] = argv;
    await (isAboutHelp(argv) ? tell(argv, program) : runCommand(argv, program));
  } catch (error) {
    const type = findCommand(name, program.commands);
    process.exitCode = report(error, program, type && { name: `${program.name} ${name}`, type });
  }
}

/** Whether a command line asks about the program, and does not want it to do something. */
function isAboutHelp(argv: readonly string[]): boolean {
  const [name] = argv;
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  return name === undefined || name === 'help' || own.some((word) => word === '--help' || word === '-h') || name === '--version';
}

/** Lets oclif tell about the program: for that it needs to know all of its commands. */
async function tell(argv: readonly string[], program: Program): Promise<void> {
  const { run } = await import('@oclif/core/run');
  const root = join(dirname(program.file), program.name);
  await run([...argv], { root, pjson: programConfig(program.name, program.version, program.file, 'several') });
}

/** Runs a command without what oclif loads to find one: plugins, manifests, hooks, themes. A third of the start. */
async function runCommand([name = '', ...words]: readonly string[], program: Program): Promise<void> {
  const command = findCommand(name, program.commands);
  if (command === undefined) {
    throw new GafferError('bad_usage', `expected a command, got "${name}"`);
  }
  const config = { bin: program.name, runHook: () => Promise.resolve({ successes: [], failures: [] }) };
  command.id = name;
  const Runnable = command as unknown as new (argv: readonly string[], config: Config) => Command;
  await new Runnable(words, config as unknown as Config).run();
}

/** A reader that has seen enough is no failure; everything else that keeps output from being written is. */
export function failWithoutOutput(program: ProgramName): void {
  // oclif's own listener throws
  process.stdout.removeAllListeners('error').on('error', (error: Error) => {
    if (systemCode(error) !== 'EPIPE') {
      complain(program.name, `cannot write to stdout: ${error.message}`);
      process.exit(1);
    }
  });
}

/** Says in one line what went wrong, and tells the exit code. */
export function report(error: unknown, program: ProgramName, command: { readonly name: string; readonly type: Command.Class } | undefined): number {
  if (error instanceof GafferError) {
    complain(program.name, error.message);
    return error.exitCode;
  }
  const exit = exitOf(error);
  if (exit === undefined) {
    complain(program.name, `this is a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return 1;
  }
  if (exit === WRONG_USAGE && command !== undefined) {
    complain(program.name, `${explainUsage(messageOf(error), command.type)} (${command.name} --help tells more)`);
  }
  return exit;
}

/** What oclif's own errors carry. */
function exitOf(error: unknown): number | undefined {
  const oclif = error instanceof Error && 'oclif' in error ? (error.oclif as { exit?: unknown } | undefined) : undefined;
  return typeof oclif?.exit === 'number' ? oclif.exit : undefined;
}
