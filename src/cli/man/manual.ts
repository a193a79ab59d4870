import { commandSections, notesOf, singleSections } from './command-page.ts';
import type { CommandHelp, ProgramHelp } from './help.ts';
import { programSections } from './program-page.ts';
import { type Page, roff, type Section } from './roff.ts';
import { pageName } from './see-also.ts';

/** A file of the manual. */
export interface ManualFile {
  /** `gaffer-start.1` */
  readonly file: string;
  readonly text: string;
}

/** The manual of a program: its page, one for each command, and one for each of its aliases. @param date of the version; empty if unknown */
export function manualOf(program: ProgramHelp, date: string): readonly ManualFile[] {
  const { chapter } = notesOf(program);
  const { name, version, isSingle, commands } = program;
  const file = (of: string, sections: readonly Section[]): ManualFile => {
    const page: Page = { name: of, chapter, source: `${name} ${version}`, date, sections };
    return { file: `${of}.${chapter}`, text: roff(page) };
  };
  const [only] = commands;
  if (isSingle && only !== undefined) {
    return [file(name, singleSections(program, only))];
  }
  const shown = commands.filter(({ hidden }) => hidden !== true).flatMap(underEachName);
  return [file(name, programSections(program)), ...shown.map((command) => file(pageName(name, command.id), commandSections(program, command)))];
}

/** A command, and itself again by the name of each alias: who asks for that gets an answer with the words that he uses. */
function underEachName(command: CommandHelp): readonly CommandHelp[] {
  const names = [command.id, ...command.aliases];
  return names.map((id) => ({ ...command, id, aliases: names.filter((name) => name !== id) }));
}
