import type { Command } from '@oclif/core/command';
import { didYouMean } from '../suggestion.ts';

/** What asks for help instead of anything else. */
export const HELP_OPTIONS: readonly string[] = ['--help', '-h'];

/** An option of a command. */
export interface NamedOption {
  /** Its long name, without dashes. */
  readonly name: string;
  readonly flag: Command.Class['flags'][string];
}

/** A command's options by every way to write them: `--port`, `-p`, `--no-color`. */
export function namedOptions(command: Command.Class): ReadonlyMap<string, NamedOption> {
  const flags = Object.entries({ ...command.baseFlags, ...command.flags });
  return new Map(flags.flatMap(([name, flag]) => spellings(name, flag).map((text) => [text, { name, flag }] as const)));
}

/** Every way to write a command's options, each with whether a value follows it. */
export function optionsOf(command: Command.Class): ReadonlyMap<string, boolean> {
  return new Map([...namedOptions(command)].map(([text, { flag }]) => [text, flag.type === 'option'] as const));
}

function spellings(name: string, flag: Command.Class['flags'][string]): string[] {
  return [
    ...[name, ...(flag.aliases ?? [])].map((long) => `--${long}`),
    ...(flag.type === 'boolean' && flag.allowNo ? [`--no-${name}`] : []),
    ...(flag.char === undefined ? [] : [`-${flag.char}`]),
  ];
}

/** Says that an option is not known, and which was probably meant. */
export function unknownOption(word: string, known: Iterable<string>): string {
  const [name = word] = word.split('=', 1);
  return `unknown option ${name}${name.startsWith('--') ? didYouMean(name, known) : ''}`;
}
