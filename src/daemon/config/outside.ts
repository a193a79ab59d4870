import { DAEMON_VARIABLES, type DaemonFlags, type SwitchOption, type TextOption, type Variables } from './flags.ts';
import type { Said } from './said.ts';

/** What a configuration is read from, besides the files. */
export interface DaemonInput {
  readonly flags: DaemonFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Which variables stand for options. Default: those of gafferd. */
  readonly variables?: Variables;
  /** Where gafferd was started. */
  readonly cwd: string;
  /** Undefined for a user that has none. */
  readonly home: string | undefined;
  readonly isRoot: boolean;
  /** The program whose prefix may have an `etc/gaffer`. Default: that of Node. */
  readonly execPath?: string;
}

/** What an option says, and without it its variable; an empty variable says nothing. */
export function saidOutside(option: TextOption, input: DaemonInput): readonly Said[] {
  const given = input.flags[option];
  if (given !== undefined) {
    return (typeof given === 'string' ? [given] : given).map((text) => ({ text, source: `--${option}`, folder: input.cwd }));
  }
  const said = saidByVariable(option, input);
  return said === undefined ? [] : [said];
}

/** What the variable of an option says; an empty one says nothing. */
export function saidByVariable(option: TextOption | SwitchOption, { env, cwd, variables = DAEMON_VARIABLES }: DaemonInput): Said | undefined {
  const variable = variables[option];
  const text = variable === undefined ? undefined : env[variable];
  return variable === undefined || text === undefined || text === '' ? undefined : { text, source: variable, folder: cwd };
}
