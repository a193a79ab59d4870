import { type NamedOption, namedOptions } from '../options.ts';
import type { Candidate } from './candidate.ts';
import type { TypedLine } from './typed-line.ts';
import type { CompletedProgram } from './word-kind.ts';

const HELP: Candidate = { text: '--help', about: 'tell about it' };

/** The options that can still be given: of the command, or before there is one those that could stand before any. */
export function optionCandidates({ command, options, word }: TypedLine, { commands }: CompletedProgram): readonly Candidate[] {
  const visible = command === undefined ? generalOptions(Object.values(commands).map(namedOptions)) : namedOptions(command);
  const excluded = new Set([...visible.values()].flatMap(({ name, flag }) => (options.has(name) ? (flag.exclusive ?? []) : [])));
  const isPossible = (option: NamedOption): boolean => !excluded.has(option.name) && canStillBeGiven(option, options);
  const candidates = [...visible].flatMap(([text, option]) => (isPossible(option) ? candidatesFor(text, option, word) : []));
  return candidates.some(({ text }) => text === HELP.text) ? candidates : [...candidates, HELP];
}

/** What most commands have: the place. */
function generalOptions(maps: readonly ReadonlyMap<string, NamedOption>[]): ReadonlyMap<string, NamedOption> {
  const general = maps.flatMap((map) => [...map].filter(([, { flag }]) => ['PROJECT', 'NODE'].includes(flag.helpGroup ?? '')));
  return new Map([...general.toReversed(), ['--version', { name: 'version', flag: VERSION }]]);
}

const VERSION = { type: 'boolean', description: 'print the version' } as NamedOption['flag'];

function canStillBeGiven({ name, flag }: NamedOption, given: TypedLine['options']): boolean {
  const isAgain = given.has(name) && !(flag.type === 'option' && flag.multiple === true) && name !== 'verbose';
  const excluded = (flag.exclusive ?? []).some((other) => given.has(other));
  return flag.hidden !== true && !isAgain && !excluded;
}

/** Long ones under their first name; other spellings and short ones only where they are typed already. */
function candidatesFor(text: string, { name, flag }: NamedOption, word: string): readonly Candidate[] {
  const isFirst = text === `--${name}` || text === `--no-${name}`;
  const what = flag.description?.replace(/^\[env: \w+\] /, '');
  const about = text.startsWith('--no-') && !name.startsWith('no-') ? `not: ${what ?? ''}` : what;
  return isFirst || (text === word && word !== '-') ? [{ text, about }] : [];
}
