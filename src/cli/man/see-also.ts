import { type CommandHelp, optionsOf, type ProgramHelp } from './help.ts';
import { MANUAL_NOTES } from './manual-notes.ts';

/** Whose page it is asked for. */
interface Asked {
  readonly program: ProgramHelp;
  readonly command: CommandHelp;
}

/** The name of a command's page: `ps:start` of gaffer is `gaffer-ps-start`. */
export function pageName(program: string, command: string): string {
  return `${program}-${command.replaceAll(':', '-')}`;
}

/** Pages to read next: the program's, those of the commands that this one's help names, its relatives of the same topic, other programs'. */
export function seeAlso({ program, command }: Asked): readonly string[] {
  const help = textOf(command);
  const others = program.commands.filter(({ id, hidden }) => id !== command.id && hidden !== true);
  const commands = others.filter(
    ({ id, aliases }) => isRelative(id, command.id) || [id, ...aliases].some((name) => isNamed(name, program.name, help)),
  );
  const programs = Object.keys(MANUAL_NOTES).filter((name) => name !== program.name && new RegExp(`\\b${name}\\b`).test(help));
  const chapterOf = (name: string): number => MANUAL_NOTES[name]?.chapter ?? 1;
  return [
    `${program.name}(${chapterOf(program.name)})`,
    ...commands.map(({ id }) => `${pageName(program.name, id)}(${chapterOf(program.name)})`),
    ...programs.map((name) => `${name}(${chapterOf(name)})`),
  ];
}

/** Everything that a command's help says in sentences. */
function textOf(command: CommandHelp): string {
  const { summary = '', description = '', args } = command;
  return [summary, description, ...[...Object.values(args), ...optionsOf(command)].map((one) => one.description ?? '')].join('\n');
}

/** Whether two commands are of one topic, or one of them is the topic: `user`, `users` and `user:add`. */
function isRelative(one: string, other: string): boolean {
  const topic = (id: string): string => id.split(':')[0] ?? id;
  const [a, b] = [topic(one), topic(other)];
  return a === b || `${a}s` === b || a === `${b}s`;
}

/** Whether a text names a command: `key:create` wherever it stands, a single word only behind the program's name. */
function isNamed(name: string, program: string, text: string): boolean {
  const isAlone = /^[a-z]+$/.test(name);
  return new RegExp(`${isAlone ? `\\b${program} ` : '(?<![\\w:])'}${name}(?![\\w:])`).test(text);
}
