import { type CommandHelp, optionsOf, type ProgramHelp } from './help.ts';
import { MANUAL_NOTES, type ManualNotes, type Note } from './manual-notes.ts';
import { joined } from './marked.ts';
import { spelled, variableOf } from './option-item.ts';
import { argumentItems, exampleBlocks, notes, optionBlocks, paragraphs, section, seeAlsoSection } from './parts.ts';
import type { Section } from './roff.ts';
import { pageName, seeAlso } from './see-also.ts';
import { usageLine, usagePieces } from './usage-line.ts';

/** The page of a command: what its help says, in the order of manual pages. */
export function commandSections(program: ProgramHelp, command: CommandHelp): readonly Section[] {
  const { exitStatus } = notesOf(program);
  return [
    ...nameSection(pageName(program.name, command.id), command.summary ?? ''),
    ...helpSections(program, command, []),
    ...notes('EXIT STATUS', exitStatus, (literal) => ({ literal })).map(({ heading, blocks }) => ({
      heading,
      blocks: [...paragraphs(['Unless the description says otherwise:']), ...blocks],
    })),
    ...section('EXAMPLES', exampleBlocks(command, program.name)),
    ...seeAlsoSection(seeAlso({ program, command })),
  ];
}

/** The page of a program that is one command. */
export function singleSections(program: ProgramHelp, command: CommandHelp): readonly Section[] {
  const { description, environment, exitStatus, files, seeAlso: others } = notesOf(program);
  return [
    ...nameSection(program.name, program.summary),
    ...helpSections(program, command, environment, description),
    ...notes('EXIT STATUS', exitStatus, (literal) => ({ literal })),
    ...notes('FILES', files, (variable) => ({ variable })),
    ...section('EXAMPLES', exampleBlocks(command, program.name)),
    ...seeAlsoSection(others),
  ];
}

/** What is said of a program as a whole. */
export function notesOf({ name }: Pick<ProgramHelp, 'name'>): ManualNotes {
  const found = MANUAL_NOTES[name];
  if (found === undefined) {
    throw new Error(`expected notes for the manual page of ${name} in manual-notes.ts, got none`);
  }
  return found;
}

/** The first section, which indexes are made of. */
export function nameSection(name: string, summary: string): readonly Section[] {
  return section('NAME', [{ kind: 'paragraph', text: [`${name} - ${summary}`] }]);
}

function helpSections(program: ProgramHelp, command: CommandHelp, environment: readonly Note[], more: readonly string[] = []): readonly Section[] {
  const { summary, description = `${summary ?? ''}.` } = command;
  const name = program.isSingle ? '' : command.id;
  return [
    ...section('SYNOPSIS', [{ kind: 'usage', text: usagePieces(usageLine(program.name, name, command)) }]),
    ...section('DESCRIPTION', paragraphs([description, ...more])),
    ...section('ARGUMENTS', argumentItems(command)),
    ...section('OPTIONS', optionBlocks(optionsOf(command))),
    ...section(
      'ALIASES',
      command.aliases.map((alias) => ({ kind: 'paragraph', text: [{ literal: `${program.name} ${alias}` }] })),
    ),
    ...environmentSection([command], environment),
  ];
}

/** Which variable stands for which options of commands, and those that stand for none. */
export function environmentSection(commands: readonly CommandHelp[], more: readonly Note[]): readonly Section[] {
  const variables = new Map<string, Set<string>>();
  for (const option of commands.flatMap(optionsOf)) {
    const variable = variableOf(option);
    if (variable !== undefined) {
      variables.set(variable, (variables.get(variable) ?? new Set()).add(option.name));
    }
  }
  const items = [...variables]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([variable, options]) => ({
      kind: 'item' as const,
      term: [{ literal: variable }],
      text: [
        [
          'Stands for ',
          ...joined(
            [...options].map((name) => [spelled(name)]),
            ', ',
          ),
          '.',
        ],
      ],
    }));
  return section('ENVIRONMENT', [...items, ...notes('', more, (literal) => ({ literal })).flatMap(({ blocks }) => blocks)]);
}
