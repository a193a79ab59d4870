import type { ArgvRules, Commands } from '../argv.ts';

/** What a word of a command line can be. */
export type WordKind =
  /** A job of the node. */
  | 'job'
  /** One process of a job: `web.2`. */
  | 'instance'
  | 'pid'
  /** An application of the node. */
  | 'app'
  /** How many processes of a job: `web=`. */
  | 'change'
  /** What a process can write to or be sent to: `out`, `err`, a custom stream. The process is named before it. */
  | 'stream'
  | 'custom stream'
  /** What happens on a node: `exit`, `job.shop.web`. */
  | 'event'
  /** What happens, under its names of 0.4: `spawn`, `proc.web`. */
  | 'old event'
  /** A webhook, by its id. */
  | 'webhook'
  /** What a key allows: `+a`, `shop+r`. */
  | 'permission'
  | 'user'
  /** A key, by its id. */
  | 'key'
  /** A process of the Procfile. */
  | 'process type'
  /** How many instances of a process of the Procfile: `web=`. */
  | 'formation'
  /** An address of a node. */
  | 'endpoint'
  /** A node that a lookupd tells of, by its name. */
  | 'node'
  /** An address of a lookupd. */
  | 'lookupd'
  | 'signal'
  /** A command of the program itself. */
  | 'command'
  | 'file'
  | 'folder'
  /** Any program of this machine. */
  | 'program';

/** All that a word can be; nothing where it is the user's to invent. */
export type Words = readonly WordKind[] | { readonly oneOf: readonly string[] };

/** A word that nobody can complete: a number, a password, a new name. */
export const NOTHING: Words = [];

/** What the words behind a command are. */
export interface CommandWords {
  /** One after the other; the last again and again where a command takes any number. */
  readonly args?: readonly Words[];
  /** Values of options that mean something else than they mean to other commands, by their long names. */
  readonly options?: Readonly<Record<string, Words>>;
  /** The first word can be the application that the others belong to. */
  readonly startsWithApp?: boolean;
  /** The program whose options stand behind `--`. */
  readonly behindDashes?: string;
}

/** A program, as far as its command lines can be completed. */
export interface CompletedProgram {
  readonly name: string;
  /** By their names; a program that is one command has it under the empty name. */
  readonly commands: Commands;
  readonly words: Readonly<Record<string, CommandWords>>;
  /** Commands that take a whole command line: what follows its first word is not the program's. */
  readonly passOn: ArgvRules['passOn'];
  readonly elsewhere?: ArgvRules['elsewhere'];
  /** The option that names the node; default `endpoint`. */
  readonly endpointOption?: string;
  /** Jobs are called as 0.4 called them, `shop:web`, until a word says otherwise. */
  readonly hasOldNames?: boolean;
}
