import { dirname, join } from 'node:path';
import { run } from '@oclif/core/run';
import { GafferError, messageOf } from '../errors.ts';
import { didYouMean } from '../suggestion.ts';
import { type ArgvRules, arrangeArgv } from './argv.ts';
import { programConfig } from './program-config.ts';

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
  const argv = arrangeArgv(process.argv.slice(2), program);
  try {
    expectCommand(argv, program);
    const root = join(dirname(program.file), program.name);
    await run(argv, { root, pjson: programConfig(program.name, program.version, program.file) });
  } catch (error) {
    process.exitCode = report(error, program, argv);
  }
}

function expectCommand([first, second]: readonly string[], { commands }: Program): void {
  if (first === undefined || first.startsWith('-')) {
    return;
  }
  const names = Object.entries(commands).flatMap(([name, command]) => [name, ...command.aliases]);
  if (!names.includes(first) && !names.includes(`${first}:${second}`)) {
    throw new GafferError('bad_usage', `expected a command, got "${first}"${didYouMean(first, names)} (gaffer --help lists them)`);
  }
}

/** Says in one line what went wrong, and tells the exit code. */
function report(error: unknown, program: Program, argv: readonly string[]): number {
  if (error instanceof GafferError) {
    complain(program, error.message);
    return error.exitCode;
  }
  const exit = exitOf(error);
  if (exit === undefined) {
    complain(program, `this is a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return 1;
  }
  if (exit === WRONG_USAGE) {
    complain(program, explainUsage(messageOf(error), program, argv[0] ?? ''));
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

function explainUsage(message: string, { commands }: Program, command: string): string {
  const [text = ''] = message.split('\nSee more help');
  const unknown = /^Nonexistent flags?: -{1,2}([\w-]+)/.exec(text)?.[1];
  const flags = Object.keys(commands[command]?.flags ?? {});
  const suggestion = unknown === undefined ? '' : didYouMean(unknown, flags);
  return `${text.trim().replaceAll(/\s*\n\s*/g, '; ')}${suggestion} (gaffer ${command} --help tells more)`;
}
