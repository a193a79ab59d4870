import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The user's own configuration: `$GAFFER_CONFIG`, else `~/.gaffer/gaffer.ini`. */
export function userConfigPath(env: NodeJS.ProcessEnv): string {
  return resolve(env['GAFFER_CONFIG'] || join(homedir(), '.gaffer', 'gaffer.ini'));
}
