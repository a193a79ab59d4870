import { type DaemonFlags, type TextOption, variableOf } from './flags.ts';
import type { Said } from './said.ts';

/** What a configuration is read from, besides the files. */
export interface DaemonInput {
  readonly flags: DaemonFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where gafferd was started. */
  readonly cwd: string;
  /** Undefined for a user that has none. */
  readonly home: string | undefined;
  readonly isRoot: boolean;
  /** The program whose prefix may have an `etc/gaffer`. Default: that of Node. */
  readonly execPath?: string;
}

/** What an option says, and without it its variable; an empty variable says nothing. */
export function saidOutside(option: TextOption, { flags, env, cwd }: DaemonInput): readonly Said[] {
  const given = flags[option];
  if (given !== undefined) {
    return (typeof given === 'string' ? [given] : given).map((text) => ({ text, source: `--${option}`, folder: cwd }));
  }
  const variable = variableOf(option);
  const text = variable === undefined ? undefined : env[variable];
  return variable === undefined || text === undefined || text === '' ? [] : [{ text, source: variable, folder: cwd }];
}
