import { dirname, join } from 'node:path';
import type { Command } from '@oclif/core/command';
import type { Config } from '@oclif/core/config';
import { GafferError, messageOf, systemCode } from '../errors.ts';
import { type ArgvRules, arrangeArgv, findCommand } from './argv.ts';
import { complain } from './complain.ts';
import { COMPLETE } from './completion/hidden-word.ts';
import type { CompletedProgram } from './completion/word-kind.ts';
import { letGoOfLostTerminals } from './lost-terminal.ts';
import { HELP_OPTIONS } from './options.ts';
import { programConfig } from './program-config.ts';
import { withTopicHint } from './topic-hint.ts';
import { explainUsage } from './usage.ts';
import { speakAs, type Voice } from './voice.ts';

/** A program and its commands. */
export interface Program extends ArgvRules {
  readonly voice: Voice;
  readonly version: string;
  /** The bundled file, beside its manifest. */
  readonly file: string;
  /** What is told of the program as a whole; default what oclif tells. */
  readonly overview?: () => string;
  /** What is said of a failure before the one line that explains it: text for programs. */
  readonly prelude?: (error: GafferError) => string;
  /** The programs whose command lines it completes for shells, itself first. */
  readonly completed: () => Promise<readonly CompletedProgram[]>;
}

const WRONG_USAGE = 2;

/** Runs a program's command line, and ends the process with the command's exit code. */
export async function runProgram(program: Program): Promise<void> {
  speakAs(program.voice);
  letGoOfLostTerminals();
  failWithoutOutput();
  if (process.argv[2] === COMPLETE) {
    const { answerShell } = await import('./completion/complete.ts');
    await answerShell(process.argv.slice(3), program.completed);
    return;
  }
  await runLine(program, process.argv.slice(2));
}

/** Runs one command line of a program, and says in one line what went wrong; the exit code is that of the process. */
export async function runLine(program: Program, words: readonly string[]): Promise<void> {
  let name = '';
  try {
    const argv = arrangeArgv(words, program, program.voice.name);
    [name = ''] = argv;
    await (isAboutHelp(argv) ? tell(argv, program) : runCommand(argv, program));
  } catch (error) {
    const type = findCommand(name, program.commands);
    if (error instanceof GafferError) {
      process.stderr.write(program.prelude?.(error) ?? '');
    }
    process.exitCode = report(withTopicHint(error, words, program.commands), type && { name: `${program.voice.name} ${name}`, type });
  }
}

/** Whether a command line asks about the program, and does not want it to do something. */
function isAboutHelp(argv: readonly string[]): boolean {
  const [name] = argv;
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  return name === undefined || name === 'help' || own.some((word) => HELP_OPTIONS.includes(word)) || name === '--version';
}

/** Lets oclif tell about the program: for that it needs to know all of its commands. */
async function tell(argv: readonly string[], program: Program): Promise<void> {
  const isOfAll = argv.filter((word) => word === 'help').length <= 1 && argv.every((word) => ['help', ...HELP_OPTIONS].includes(word));
  if (program.overview !== undefined && isOfAll) {
    process.stdout.write(program.overview());
    return;
  }
  const root = join(dirname(program.file), program.voice.name);
  const options = { root, pjson: programConfig(program.voice.name, program.version, program.file, 'several') };
  const words = aboutOne(argv, program);
  if (words[0] === 'help' && words.length > 1) {
    await tellOfHelp(options);
    return;
  }
  const { run } = await import('@oclif/core/run');
  await run([...words], options);
}

/** What `help` itself does: oclif takes the word for a question about everything, wherever it stands. */
async function tellOfHelp(options: ConstructorParameters<typeof Config>[0]): Promise<void> {
  const [{ Config: Loaded }, { loadHelpClass }] = await Promise.all([import('@oclif/core/config'), import('@oclif/core/help')]);
  const config = await Loaded.load(options);
  const Help = await loadHelpClass(config);
  const help = new Help(config) as InstanceType<typeof Help> & { showCommandHelp(command: unknown): Promise<void> };
  await help.showCommandHelp(config.findCommand('help', { must: true }));
}

/** `help COMMAND` as oclif reads it, whether the command's name is one word or two. @throws GafferError where there is none */
function aboutOne(argv: readonly string[], program: Program): readonly string[] {
  const [name, ...words] = argv;
  const [topic] = words;
  const isTopic = words.length === 1 && Object.keys(program.commands).some((command) => command.startsWith(`${topic}:`));
  if (name !== 'help' || topic === undefined || (isTopic && findCommand(topic, program.commands) === undefined)) {
    return argv;
  }
  const [command = ''] = arrangeArgv(words, program, program.voice.name);
  return [command, '--help'];
}

/** Runs a command without what oclif loads to find one: plugins, manifests, hooks, themes. A third of the start. */
async function runCommand([name = '', ...words]: readonly string[], program: Program): Promise<void> {
  const command = findCommand(name, program.commands);
  if (command === undefined) {
    throw new GafferError('bad_usage', `expected a command, got "${name}"`);
  }
  const config = { bin: program.voice.name, runHook: () => Promise.resolve({ successes: [], failures: [] }) };
  command.id = name;
  const Runnable = command as unknown as new (argv: readonly string[], config: Config) => Command;
  await new Runnable(words, config as unknown as Config).run();
}

/** A reader that has seen enough is no failure; everything else that keeps output from being written is. */
export function failWithoutOutput(): void {
  // oclif's own listener throws
  process.stdout.removeAllListeners('error').on('error', (error: Error) => {
    if (systemCode(error) !== 'EPIPE') {
      complain(`cannot write to stdout: ${error.message}`);
      process.exit(1);
    }
  });
}

/** Says in one line what went wrong, and tells the exit code. */
export function report(error: unknown, command: { readonly name: string; readonly type: Command.Class } | undefined): number {
  if (error instanceof GafferError) {
    complain(error.message);
    return error.exitCode;
  }
  const exit = exitOf(error);
  if (exit === undefined) {
    complain(`this is a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return 1;
  }
  if (exit === WRONG_USAGE && command !== undefined) {
    complain(`${explainUsage(messageOf(error), command.type)} (${command.name} --help tells more)`);
  }
  return exit;
}

/** What oclif's own errors carry. */
function exitOf(error: unknown): number | undefined {
  const oclif = error instanceof Error && 'oclif' in error ? (error.oclif as { exit?: unknown } | undefined) : undefined;
  return typeof oclif?.exit === 'number' ? oclif.exit : undefined;
}
