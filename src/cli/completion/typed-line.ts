import type { Command } from '@oclif/core/command';
import { findCommand } from '../argv.ts';
import { type NamedOption, namedOptions } from '../options.ts';
import type { CompletedProgram } from './word-kind.ts';

/** What the unfinished word is going to be. */
export type Unfinished =
  /** The command, or what stands behind the `topic:` that a word was. */
  | { readonly kind: 'command'; readonly topic: string | undefined }
  | { readonly kind: 'option' }
  /** The value of an option. @param before what stands in front of it in the same word: `--format=` */
  | { readonly kind: 'value'; readonly option: NamedOption; readonly before: string }
  | { readonly kind: 'argument'; readonly index: number }
  /** Behind a command that there is not. */
  | { readonly kind: 'unknown' };

/** A command line while it is typed. */
export interface TypedLine {
  /** The primary name of the command, and its class; undefined while there is none. */
  readonly name: string | undefined;
  readonly command: Command.Class | undefined;
  /** Values of options by their long names; of those without a value `true`. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** Words behind the command that are no options. */
  readonly args: readonly string[];
  /** What is typed of the unfinished word. */
  readonly word: string;
  readonly unfinished: Unfinished;
}

type Options = ReadonlyMap<string, NamedOption>;

/** Reads what is typed. @param words all before the unfinished one, without the program's name */
export function readTypedLine(words: readonly string[], word: string, program: CompletedProgram): TypedLine {
  const all = allOptions(program.commands);
  const isSingle = '' in program.commands;
  const leading = readOptions(isSingle ? [] : words, all, { onlyLeading: true });
  const { name, topic, at } = isSingle ? { name: '', topic: undefined, at: 0 } : commandIn(words, leading.end, program);
  if (name === undefined) {
    const otherwise = { kind: 'command', topic } as const;
    const unfinished = at === words.length ? unfinishedIn({ word, options: all, pending: leading.pending, otherwise }) : UNKNOWN;
    return { name, command: undefined, options: leading.values, args: [], word, unfinished };
  }
  const behind = words.slice(at);
  const options = optionsOf(name, program);
  const rest = readOptions(behind, options, { onlyLeading: program.passOn.includes(name) });
  const given = merged(leading.values, rest.values);
  if (program.elsewhere?.commands.includes(name) === true && program.elsewhere.options.some((text) => given.has(options.get(text)?.name ?? ''))) {
    return readTypedLine([program.elsewhere.to, ...words.slice(0, leading.end), ...behind], word, program);
  }
  const otherwise = isTopic(name, behind, program) ? ({ kind: 'command', topic: name } as const) : argumentOf(rest.args);
  const unfinished = rest.isOver ? argumentOf(rest.args) : unfinishedIn({ word, options, pending: rest.pending, otherwise });
  return { name, command: program.commands[name], options: given, args: rest.args, word, unfinished };
}

function optionsOf(name: string, { commands }: CompletedProgram): Options {
  const command = commands[name];
  return command === undefined ? new Map() : namedOptions(command);
}

const UNKNOWN: Unfinished = { kind: 'unknown' };

function argumentOf({ length: index }: readonly string[]): Unfinished {
  return { kind: 'argument', index };
}

/** The options of all commands; of those that mean something different by a letter the first counts. */
function allOptions(commands: CompletedProgram['commands']): Options {
  const visible = Object.values(commands).toReversed();
  return new Map(visible.flatMap((command) => [...namedOptions(command)]));
}

interface ReadOptions {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly args: readonly string[];
  /** The option whose value has to follow. */
  readonly pending: NamedOption | undefined;
  /** No more options can follow. */
  readonly isOver: boolean;
  /** Where the first word is that is none of them. */
  readonly end: number;
}

/** @param onlyLeading no options are read behind the first word that is none */
function readOptions(words: readonly string[], options: Options, { onlyLeading }: { readonly onlyLeading: boolean }): ReadOptions {
  const values = new Map<string, string[]>();
  const args: string[] = [];
  let isOver = false;
  let pending: NamedOption | undefined;
  let end = words.length;
  const put = ({ name }: NamedOption, value: string): unknown => values.set(name, [...(values.get(name) ?? []), value]);
  for (const [index, word] of words.entries()) {
    if (pending !== undefined) {
      put(pending, word);
      pending = undefined;
    } else if (isOver || !word.startsWith('-') || word === '-') {
      args.push(word);
      end = Math.min(end, index);
      isOver ||= onlyLeading;
    } else if (word === '--') {
      isOver = true;
    } else {
      const { option, value } = optionIn(word, options);
      if (option?.flag.type === 'option' && value === undefined) {
        pending = option;
      } else if (option !== undefined) {
        put(option, value ?? 'true');
      }
    }
  }
  return { values, args, pending, isOver, end };
}

/** The option that a word is, and its value if that stands in the same word: `--port=80`, `-p80`. */
function optionIn(
  word: string,
  options: Options,
): { readonly option: NamedOption | undefined; readonly value: string | undefined; readonly before: string } {
  const [, long, text] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  if (long !== undefined) {
    return { option: options.get(long), value: text, before: `${long}=` };
  }
  const short = options.get(word.slice(0, 2));
  if (!word.startsWith('--') && word.length > 2 && short?.flag.type === 'option') {
    const before = word.slice(0, word[2] === '=' ? 3 : 2);
    return { option: short, value: word.slice(before.length), before };
  }
  return { option: options.get(word), value: undefined, before: '' };
}

interface FoundCommand {
  /** The primary name. */
  readonly name: string | undefined;
  /** The word is the beginning of commands and none itself: `certs`. */
  readonly topic: string | undefined;
  /** Where its words begin. */
  readonly at: number;
}

function commandIn(words: readonly string[], at: number, { commands }: CompletedProgram): FoundCommand {
  const [first, second] = words.slice(at);
  if (first === undefined) {
    return { name: undefined, topic: undefined, at };
  }
  const both = primaryName(`${first}:${second ?? ''}`, commands);
  if (both !== undefined) {
    return { name: both, topic: undefined, at: at + 2 };
  }
  const name = primaryName(first, commands);
  const isTopic = name === undefined && second === undefined && namesOf(commands).some((one) => one.startsWith(`${first}:`));
  return isTopic ? { name: undefined, topic: first, at: at + 1 } : { name, topic: undefined, at: name === undefined ? at : at + 1 };
}

function primaryName(word: string, commands: CompletedProgram['commands']): string | undefined {
  const command = findCommand(word, commands);
  return command && Object.keys(commands).find((name) => commands[name] === command);
}

/** Commands and their other names. */
function namesOf(commands: CompletedProgram['commands']): readonly string[] {
  return Object.entries(commands).flatMap(([name, { aliases }]) => [name, ...aliases]);
}

/** Whether a command's first word could also make it another one: `ps` and `ps info`. */
function isTopic(name: string, words: readonly string[], { commands }: CompletedProgram): boolean {
  return words.length === 0 && name !== '' && namesOf(commands).some((one) => one.startsWith(`${name}:`));
}

interface UnfinishedWord {
  readonly word: string;
  readonly options: Options;
  readonly pending: NamedOption | undefined;
  readonly otherwise: Unfinished;
}

function unfinishedIn({ word, options, pending, otherwise }: UnfinishedWord): Unfinished {
  if (pending !== undefined) {
    return { kind: 'value', option: pending, before: '' };
  }
  if (!word.startsWith('-')) {
    return otherwise;
  }
  const { option, value, before } = optionIn(word, options);
  return option?.flag.type === 'option' && value !== undefined ? { kind: 'value', option, before } : { kind: 'option' };
}

function merged(one: TypedLine['options'], other: TypedLine['options']): TypedLine['options'] {
  return new Map([...one, ...[...other].map(([name, values]) => [name, [...(one.get(name) ?? []), ...values]] as const)]);
}
