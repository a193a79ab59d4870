import { environmentSection, nameSection, notesOf } from './command-page.ts';
import type { CommandHelp, OptionHelp, ProgramHelp } from './help.ts';
import { optionItem } from './option-item.ts';
import { notes, paragraphs, section, seeAlsoSection } from './parts.ts';
import type { Block, Section } from './roff.ts';
import { pageName } from './see-also.ts';

/** Options that are not a command's. */
const OPTIONS: readonly OptionHelp[] = [
  { name: 'help', char: 'h', type: 'boolean', description: 'tell about the program, or about the command that stands there too' },
  { name: 'version', type: 'boolean', description: 'tell the version' },
];

/** The page of a program with several commands: what it is, and the way to the pages of its commands. */
export function programSections(program: ProgramHelp): readonly Section[] {
  const { description, environment, exitStatus, files, seeAlso } = notesOf(program);
  const commands = program.commands.filter(({ hidden }) => hidden !== true);
  return [
    ...nameSection(program.name, program.summary),
    ...section('SYNOPSIS', [
      {
        kind: 'usage',
        text: [{ literal: program.name }, ' ', { variable: 'COMMAND' }, ' [', { variable: 'ARGUMENT' }, '...] [', { variable: 'OPTION' }, '...]'],
      },
      ...[['help', 'COMMAND'], ['--version']].map(
        ([literal = '', variable]): Block => ({
          kind: 'usage',
          text: [{ literal: `${program.name} ${literal}` }, ...(variable === undefined ? [] : [' ', { variable }])],
        }),
      ),
    ]),
    ...section('DESCRIPTION', paragraphs(description)),
    ...section(
      'COMMANDS',
      commands.map((command) => commandItem(program, command)),
    ),
    ...section('OPTIONS', OPTIONS.map(optionItem)),
    ...environmentSection(commands, environment),
    ...notes('EXIT STATUS', exitStatus, (literal) => ({ literal })),
    ...notes('FILES', files, (variable) => ({ variable })),
    ...seeAlsoSection(seeAlso),
  ];
}

function commandItem(program: ProgramHelp, { id, summary = '' }: CommandHelp): Block {
  return {
    kind: 'item',
    term: [{ literal: `${program.name} ${id}` }],
    text: [[{ literal: pageName(program.name, id) }, `(${notesOf(program).chapter}): ${summary}.`]],
  };
}
