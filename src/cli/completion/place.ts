import type { NodeFlagValues } from '../node-options.ts';
import type { NamedOption } from '../options.ts';
import { namedOptions } from '../options.ts';
import type { TypedLine } from './typed-line.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const PLACE = ['endpoint', 'api-key', 'cacert', 'certfile', 'keyfile', 'app', 'root', 'procfile', 'lookup-key'] as const;

/** Which node and which project a command line means while it is typed: its options, where they are not there their variables. */
export function placeOf({ command, options }: TypedLine, env: Environment, endpointOption = 'endpoint'): NodeFlagValues {
  const own = new Map([...(command === undefined ? [] : namedOptions(command).values())].map((option) => [option.name, option]));
  const lookup = options.get('lookup')?.flatMap((text) => text.split(','));
  const named = PLACE.flatMap((name) => {
    const written = name === 'endpoint' ? endpointOption : name;
    const value = options.get(written)?.at(-1) ?? fromVariable(own.get(written), env);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(named), ...(lookup !== undefined && { lookup }) };
}

function fromVariable(option: NamedOption | undefined, env: Environment): string | undefined {
  return option?.flag.type === 'option' && option.flag.env !== undefined ? env[option.flag.env] || undefined : undefined;
}
