/** What decides about colour. */
export interface ColorFacts {
  /** `--color` or `--no-color`, if one was given. */
  readonly flag: boolean | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The output is a terminal. */
  readonly isTerminal: boolean;
}

/**
 * Whether to write colours: the flag decides, else `FORCE_COLOR`, else `NO_COLOR`, else `TERM=dumb`, else whether the
 * output is a terminal.
 */
export function wantsColor({ flag, env, isTerminal }: ColorFacts): boolean {
  if (flag !== undefined) {
    return flag;
  }
  const force = env['FORCE_COLOR'];
  if (force !== undefined) {
    return force !== '0' && force !== 'false';
  }
  if (isSet(env['NO_COLOR']) || env['TERM'] === 'dumb') {
    return false;
  }
  return isTerminal;
}

/** What children are told when gaffer's output is coloured, unless their own environment says something about it. */
export function colorEnvironment(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const decided = ['FORCE_COLOR', 'CLICOLOR_FORCE', 'CLICOLOR'].some((name) => env[name] !== undefined) || isSet(env['NO_COLOR']);
  return decided ? {} : { FORCE_COLOR: '1', CLICOLOR_FORCE: '1' };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
