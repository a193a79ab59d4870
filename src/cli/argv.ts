import type { Command } from '@oclif/core/command';
import { GafferError } from '../errors.ts';
import { didYouMean } from '../suggestion.ts';
import { HELP_OPTIONS, optionsOf, unknownOption } from './options.ts';
import { GAFFER_VOICE } from './voice.ts';

/** A program's commands by their names. */
export type Commands = Readonly<Record<string, Command.Class>>;

/** Commands whose words behind the first are not gaffer's to read. */
export interface ArgvRules {
  readonly commands: Commands;
  /** Commands that take a whole command line: what follows its first word is passed on as it is. */
  readonly passOn: readonly string[];
  /** Commands that with one of these options are another one. */
  readonly elsewhere?: { readonly commands: readonly string[]; readonly options: readonly string[]; readonly to: string };
  /** The failure of a command that there is not, if the program has words of its own for it. @param hint what was probably meant */
  readonly unknownCommand?: (command: string, hint: string) => GafferError;
}

/**
 * A command line as typed, in the order that oclif reads: command, options, arguments; `topic command` is one word,
 * `topic:command`. One that only asks for help stays as it is.
 * @throws GafferError `bad_usage` when there is no such command, or an unknown option before it
 */
export function arrangeArgv(argv: readonly string[], rules: ArgvRules, program = GAFFER_VOICE.name): string[] {
  const { commands, passOn, elsewhere } = rules;
  const vocabulary = vocabularyOf(commands);
  const { leading, command: typed, rest } = divide(argv, vocabulary);
  if (typed === undefined && (argv.length === 0 || leading.some((word) => HELP_OPTIONS.includes(word)))) {
    return [...argv];
  }
  const command = expectKnown({ leading, command: typed, rest }, vocabulary, { ...rules, program });
  if (!passOn.includes(command)) {
    return [command, ...spelledOut(leading, command, commands), ...rest];
  }
  const own = countOptions(rest, vocabulary);
  const options = [...leading, ...rest.slice(0, own)];
  const line = rest.slice(own);
  if (elsewhere?.commands.includes(command) === true && options.some((word) => elsewhere.options.some((option) => isSpelling(word, option)))) {
    return [elsewhere.to, ...options, ...line];
  }
  return [command, ...options, ...(line.length === 0 || line[0] === '--' ? line : ['--', ...line])];
}

/** Whether a word is an option, alone or with its value. */
function isSpelling(word: string, option: string): boolean {
  return word === option || word.startsWith(option.startsWith('--') ? `${option}=` : option);
}

/** Options before the command mean what they mean everywhere, also where the command has a short one of its own: `-f` is the Procfile. */
function spelledOut(leading: readonly string[], name: string, commands: Commands): readonly string[] {
  const own = findCommand(name, commands);
  return leading.map((word) => {
    const [, char] = /^-([^-])/.exec(word) ?? [];
    const general = char === undefined ? undefined : flagOf(char, Object.values(commands));
    if (general === undefined || own === undefined || [undefined, general].includes(flagOf(char ?? '', [own]))) {
      return word;
    }
    return word.length === 2 ? `--${general}` : `--${general}=${word.slice(word[2] === '=' ? 3 : 2)}`;
  });
}

/** The first option that has a letter. */
function flagOf(char: string, commands: readonly Command.Class[]): string | undefined {
  return commands.flatMap((command) => Object.entries({ ...command.flags })).find(([, flag]) => flag.char === char)?.[0];
}

/** The class of a command, by its name or an alias. */
export function findCommand(name: string, commands: Commands): Command.Class | undefined {
  return commands[name] ?? Object.values(commands).find((command) => command.aliases.includes(name));
}

interface Vocabulary {
  /** Commands and their aliases. */
  readonly names: readonly string[];
  /** The options of all commands, and whether a value follows them. */
  readonly options: ReadonlyMap<string, boolean>;
}

function vocabularyOf(commands: Commands): Vocabulary {
  return {
    names: Object.entries(commands).flatMap(([name, command]) => [name, ...command.aliases]),
    // of commands that mean something different by a letter the first counts
    options: new Map(
      Object.values(commands)
        .toReversed()
        .flatMap((command) => [...optionsOf(command)]),
    ),
  };
}

interface Argv {
  /** Options before the command. */
  readonly leading: readonly string[];
  readonly command: string | undefined;
  readonly rest: readonly string[];
}

function divide(argv: readonly string[], vocabulary: Vocabulary): Argv {
  const before = countOptions(argv, vocabulary);
  const leading = argv.slice(0, before);
  const [first, second, ...others] = argv.slice(before);
  if (vocabulary.names.includes(`${first}:${second}`)) {
    return { leading, command: `${first}:${second}`, rest: others };
  }
  return { leading, command: first, rest: argv.slice(before + 1) };
}

/** How many words at the beginning are options and their values. */
function countOptions(words: readonly string[], { options }: Vocabulary): number {
  let at = 0;
  for (let word = words[at]; word !== undefined && word.startsWith('-') && word !== '-' && word !== '--'; word = words[at]) {
    at += options.get(word) === true ? 2 : 1;
  }
  return Math.min(at, words.length);
}

interface Speaking extends Pick<ArgvRules, 'unknownCommand'> {
  readonly program: string;
}

/** The command that was typed. @throws GafferError `bad_usage` */
function expectKnown({ leading, command, rest }: Argv, { names, options }: Vocabulary, { program, unknownCommand }: Speaking): string {
  const isKnown = command !== undefined && names.includes(command);
  const isValue = (index: number): boolean => index > 0 && options.get(leading[index - 1] ?? '') === true && !isValue(index - 1);
  const strange = leading.find((word, index) => !isValue(index) && !isOption(word, options));
  if (strange !== undefined) {
    throw new GafferError('bad_usage', `${unknownOption(strange, options.keys())} (${program}${isKnown ? ` ${command}` : ''} --help tells more)`);
  }
  if (isKnown) {
    return command;
  }
  if (command === undefined) {
    throw new GafferError('bad_usage', `expected a command behind the options, got none (${program} --help lists them)`);
  }
  const { text, hint } = mistaken(command, rest[0], names);
  throw unknownCommand?.(text, hint) ?? new GafferError('bad_usage', `expected a command, got "${text}"${hint} (${program} --help lists them)`);
}

/** What was typed in the place of a command, and what was probably meant: of a topic it takes two words, `certs creat`. */
function mistaken(command: string, next: string | undefined, names: readonly string[]): { readonly text: string; readonly hint: string } {
  const inTopic = names.filter((name) => name.startsWith(`${command}:`));
  if (inTopic.length === 0) {
    return { text: command, hint: didYouMean(command, names) };
  }
  const isTwo = next !== undefined && !next.startsWith('-');
  const near = isTwo ? didYouMean(`${command}:${next}`, inTopic) : '';
  const all = `; there ${inTopic.length === 1 ? 'is' : 'are'} ${inTopic.join(', ')}`;
  return { text: isTwo ? `${command} ${next}` : command, hint: near === '' ? all : near };
}

/** An option alone, with its value (`--port=80`, `-p80`), or several short ones in one word. */
function isOption(word: string, options: ReadonlyMap<string, boolean>): boolean {
  const name = word.startsWith('--') ? word.split('=', 1)[0] : word.slice(0, 2);
  return HELP_OPTIONS.includes(word) || options.has(name ?? '');
}
