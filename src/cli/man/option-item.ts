import type { OptionHelp } from './help.ts';
import { joined, marked } from './marked.ts';
import type { Block, Piece } from './roff.ts';

/** The variable of an option that oclif does not read itself stands before its description. */
const VARIABLE = /^\[env: (\w+)\] /;

/** The variable of the environment that stands for an option. */
export function variableOf({ env, description = '' }: OptionHelp): string | undefined {
  return env ?? VARIABLE.exec(description)?.[1];
}

/** An option as a manual page lists it: how it is written, what it does, what else there is to know. */
export function optionItem(option: OptionHelp): Block {
  const description = marked((option.description ?? '').replace(VARIABLE, ''));
  const more = joined(remarks(option), ' ');
  return { kind: 'item', term: termOf(option), text: [description, ...(more.length === 0 ? [] : [more])] };
}

/** An option by its long name, or its one letter. */
export function spelled(name: string): Piece {
  return { literal: name.length === 1 ? `-${name}` : `--${name}` };
}

function remarks(option: OptionHelp): readonly (readonly Piece[])[] {
  const variable = variableOf(option);
  const { options, helpValue, aliases = [], required = false } = option;
  return [
    options === undefined || helpValue === undefined ? [] : [`One of: ${options.join(', ')}.`],
    typeof option.default === 'string' ? [`Default: ${option.default}.`] : [],
    required ? ['It has to be given.'] : [],
    variable === undefined ? [] : [`Environment: ${variable}.`],
    aliases.length === 0
      ? []
      : [
          'Also ',
          ...joined(
            aliases.map((alias) => [spelled(alias)]),
            ', ',
          ),
          '.',
        ],
  ].filter((remark) => remark.length > 0);
}

function termOf({ name, char, type, allowNo = false, helpValue, options, multiple = false }: OptionHelp): readonly Piece[] {
  const short: Piece[] = char === undefined ? [] : [spelled(char), ', '];
  const long: Piece[] = allowNo ? [{ literal: '--' }, '[', { literal: 'no-' }, ']', { literal: name }] : [{ literal: `--${name}` }];
  if (type === 'boolean') {
    return [...short, ...long];
  }
  const value: Piece = helpValue === undefined && options !== undefined ? { literal: options.join('|') } : { variable: helpValue ?? 'VALUE' };
  return [...short, ...long, '=', value, ...(multiple ? ['...'] : [])];
}
