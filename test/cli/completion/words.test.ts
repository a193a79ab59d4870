import { describe, expect, it } from 'vitest';
import { OPTION_WORDS } from '../../../src/cli/completion/option-words.ts';
import type { CompletedProgram } from '../../../src/cli/completion/word-kind.ts';
import { completed } from '../../../src/cli/gaffer/completed.ts';
import { COMMANDS, RULES } from '../../../src/cli/gaffer/main.ts';
import { COMMANDS as CTL_COMMANDS, RULES as CTL_RULES } from '../../../src/cli/gafferctl/main.ts';
import { WORDS as CTL_WORDS } from '../../../src/cli/gafferctl/words.ts';

import { namedOptions } from '../../../src/cli/options.ts';

const PROGRAMS: readonly CompletedProgram[] = [
  ...completed({ commands: COMMANDS, ...RULES }),
  { name: 'gafferctl', commands: CTL_COMMANDS, ...CTL_RULES, words: CTL_WORDS },
];

/** What there is, and what the tables say about it, for each command. */
function gapsIn({ commands, words, name }: CompletedProgram): string[] {
  return Object.entries(commands).flatMap(([command, type]) => {
    const said = words[command];
    const own = new Set(
      [...namedOptions(type).values()].filter(({ flag }) => flag.type === 'option' && flag.options === undefined).map((one) => one.name),
    );
    const known = new Set([...Object.keys(said?.options ?? {}), ...Object.keys(OPTION_WORDS)]);
    const args = Object.keys(type.args).length;
    const listed = said?.args?.length ?? 0;
    return [
      ...(said === undefined ? ['is not in the table'] : []),
      ...[...own].filter((option) => !known.has(option)).map((option) => `has --${option}, of which the table says nothing`),
      ...Object.keys(said?.options ?? {})
        .filter((option) => !own.has(option))
        .map((option) => `has no --${option} with a free value`),
      ...(args === listed || (!type.strict && listed > 0 && listed <= args + 1) ? [] : [`has ${args} arguments, the table ${listed}`]),
    ].map((gap) => `${name} ${command} ${gap}`);
  });
}

describe.each(PROGRAMS.map((program) => [program.name, program] as const))('the table of the words of %s', (_, program) => {
  it('has every argument and every option with a value', () => {
    expect(gapsIn(program)).toEqual([]);
  });

  it('has nothing else', () => {
    expect(Object.keys(program.words).filter((name) => !(name in program.commands))).toEqual([]);
  });
});

it('the table of options has none that no command has', () => {
  const all = new Set(
    PROGRAMS.flatMap(({ commands }) => Object.values(commands).flatMap((type) => [...namedOptions(type).values()].map(({ name }) => name))),
  );
  expect(Object.keys(OPTION_WORDS).filter((name) => !all.has(name))).toEqual([]);
});
