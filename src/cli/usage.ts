import type { Command } from '@oclif/core/command';
import { didYouMean } from '../suggestion.ts';
import { optionsOf, unknownOption } from './options.ts';

type Rewording = readonly [RegExp, (groups: readonly string[], command: Command.Class) => string];

/** What oclif says of a wrong command line, and how it is said here. */
const REWORDINGS: readonly Rewording[] = [
  [/^Nonexistent flags?: ([^\s,]+)/, ([word = ''], command) => unknownOption(word, optionsOf(command).keys())],
  [
    /^Expected (--[\w-]+)=(.*) to be one of: (.+)$/s,
    ([flag, value = '', options = '']) => {
      const names = options.split(', ');
      return `${flag}: expected ${names.slice(0, -1).join(', ')} or ${names.at(-1)}, got "${value}"${didYouMean(value, names)}`;
    },
  ],
  [/^Flag (--[\w-]+) expects a value/, ([flag]) => `${flag}: expected a value, got none`],
  [/(--[\w-]+)=\S+ cannot also be provided when using (--[\w-]+)/, ([one, other]) => `${other} and ${one} exclude each other`],
  [/^Missing \d+ required args?:\s+(\w+)/, ([arg = ''], command) => `expected ${command.args[arg]?.description ?? arg}, got nothing`],
  [/^Unexpected arguments?: (.+)$/s, ([words]) => `unexpected argument "${words}"`],
];

/** Says in one line what is wrong with a command line that oclif has refused. */
export function explainUsage(message: string, command: Command.Class): string {
  const [text = ''] = message.split('\nSee more help');
  for (const [pattern, reword] of REWORDINGS) {
    const match = pattern.exec(text);
    if (match !== null) {
      return reword(match.slice(1), command);
    }
  }
  return text.trim().replaceAll(/\s*\n\s*/g, '; ');
}
