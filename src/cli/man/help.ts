import { programSummary } from '../program-config.ts';

/** What the help knows of an option, as oclif's manifest has it. */
export interface OptionHelp {
  readonly name: string;
  readonly type: 'boolean' | 'option';
  readonly char?: string;
  /** Other names of it. */
  readonly aliases?: readonly string[];
  readonly description?: string;
  /** What the value is called. */
  readonly helpValue?: string;
  /** The values that there are, where not every one is right. */
  readonly options?: readonly string[];
  readonly default?: unknown;
  readonly env?: string;
  readonly multiple?: boolean;
  readonly allowNo?: boolean;
  readonly required?: boolean;
  readonly hidden?: boolean;
  /** Options of one group stand together. */
  readonly helpGroup?: string;
}

/** What the help knows of an argument. */
export interface ArgumentHelp {
  readonly name: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly hidden?: boolean;
}

/** What the help knows of a command. */
export interface CommandHelp {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly usage?: string;
  readonly examples?: readonly string[];
  readonly args: Readonly<Record<string, ArgumentHelp>>;
  readonly flags: Readonly<Record<string, OptionHelp>>;
  /** False where any number of arguments is right. */
  readonly strict?: boolean;
  readonly hidden?: boolean;
}

/** A program, and the help of its commands. */
export interface ProgramHelp {
  readonly name: string;
  readonly version: string;
  /** What it is, in one line. */
  readonly summary: string;
  readonly commands: readonly CommandHelp[];
  /** It is one command, and has none with a name. */
  readonly isSingle: boolean;
}

/** What oclif has written of a program's commands. */
export interface Manifest {
  readonly version: string;
  readonly commands: Readonly<Record<string, CommandHelp>>;
}

/** What oclif calls the command of a program that has no other. */
const SINGLE = 'Symbol(SINGLE_COMMAND_CLI)';

/** The help of a program, as its manifest has it. */
export function programHelp(name: string, { version, commands }: Manifest): ProgramHelp {
  const { [SINGLE]: single } = commands;
  return { name, version, summary: single?.summary ?? programSummary(name), commands: Object.values(commands), isSingle: single !== undefined };
}

/** Examples with the program's name where oclif's help puts it. */
export function examplesOf({ examples = [] }: CommandHelp, program: string): readonly string[] {
  return examples.map((example) => example.replaceAll('<%= config.bin %>', program));
}

/** The options that are shown, in the order of the help: those with a letter first. */
export function optionsOf({ flags }: CommandHelp): readonly OptionHelp[] {
  const order = ({ char = '~', name }: OptionHelp): string => `${char} ${name}`;
  return Object.values(flags)
    .filter(({ hidden }) => hidden !== true)
    .sort((a, b) => (order(a) < order(b) ? -1 : 1));
}
