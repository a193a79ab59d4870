import { dirname, join } from 'node:path';
import { run } from '@oclif/core/run';
import { GafferError, messageOf, systemCode } from '../errors.ts';
import { type ArgvRules, arrangeArgv, findCommand } from './argv.ts';
import { letGoOfLostTerminals } from './lost-terminal.ts';
import { programConfig } from './program-config.ts';
import { explainUsage } from './usage.ts';

/** A program and its commands. */
export interface Program extends ArgvRules {
  readonly name: string;
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
    const root = join(dirname(program.file), program.name);
    await run(argv, { root, pjson: programConfig(program.name, program.version, program.file) });
  } catch (error) {
    process.exitCode = report(error, program, name);
  }
}

/** A reader that has seen enough is no failure; everything else that keeps output from being written is. */
function failWithoutOutput(program: Program): void {
  // oclif's own listener throws
  process.stdout.removeAllListeners('error').on('error', (error: Error) => {
    if (systemCode(error) !== 'EPIPE') {
      complain(program, `cannot write to stdout: ${error.message}`);
      process.exit(1);
    }
  });
}

/** Says in one line what went wrong, and tells the exit code. */
function report(error: unknown, program: Program, name: string): number {
  if (error instanceof GafferError) {
    complain(program, error.message);
    return error.exitCode;
  }
  const exit = exitOf(error);
  if (exit === undefined) {
    complain(program, `this is a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return 1;
  }
  const command = findCommand(name, program.commands);
  if (exit === WRONG_USAGE && command !== undefined) {
    complain(program, `${explainUsage(messageOf(error), command)} (${program.name} ${name} --help tells more)`);
  }
  return exit;
}

function complain(program: Program, message: string): void {
  for (const line of message.split('\n')) {
    process.stderr.write(`${program.name}: ${line}\n`);
  }
}

/** What oclif's own errors carry. */
function exitOf(error: unknown): number | undefined {
  const oclif = error instanceof Error && 'oclif' in error ? (error.oclif as { exit?: unknown } | undefined) : undefined;
  return typeof oclif?.exit === 'number' ? oclif.exit : undefined;
}
