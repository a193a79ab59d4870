import type { Command } from '@oclif/core/command';

/** A program's commands by their names. */
export type Commands = Readonly<Record<string, Command.Class>>;

/** Commands whose words behind the first are not gaffer's to read. */
export interface ArgvRules {
  readonly commands: Commands;
  /** Commands that take a whole command line: what follows its first word is passed on as it is. */
  readonly passOn: readonly string[];
}

/** A command line as typed, in the order that oclif reads: command, options, arguments. */
export function arrangeArgv(argv: readonly string[], { commands, passOn }: ArgvRules): string[] {
  const takesValue = valueFlags(commands);
  const before = countOptions(argv, takesValue);
  const command = argv[before];
  if (command === undefined) {
    return [...argv];
  }
  const leading = argv.slice(0, before);
  const rest = argv.slice(before + 1);
  if (!passOn.includes(command)) {
    return [command, ...leading, ...rest];
  }
  const own = countOptions(rest, takesValue);
  const line = rest.slice(own);
  return [command, ...leading, ...rest.slice(0, own), ...(line.length === 0 || line[0] === '--' ? line : ['--', ...line])];
}

/** How many words at the beginning are options and their values. */
function countOptions(words: readonly string[], takesValue: ReadonlySet<string>): number {
  let at = 0;
  for (let word = words[at]; word !== undefined && word.startsWith('-') && word !== '-' && word !== '--'; word = words[at]) {
    at += takesValue.has(word) ? 2 : 1;
  }
  return Math.min(at, words.length);
}

function valueFlags(commands: Commands): ReadonlySet<string> {
  const names = new Set<string>();
  for (const command of Object.values(commands)) {
    for (const [name, flag] of Object.entries({ ...command.baseFlags, ...command.flags })) {
      if (flag.type === 'option') {
        names.add(`--${name}`);
        for (const alias of flag.aliases ?? []) {
          names.add(`--${alias}`);
        }
        if (flag.char !== undefined) {
          names.add(`-${flag.char}`);
        }
      }
    }
  }
  return names;
}
