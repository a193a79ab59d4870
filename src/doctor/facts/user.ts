import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UserFacts } from '../checks/user.ts';
import type { Look } from './folders.ts';

/** What is known of the user's own configuration. */
export interface UserConfig {
  readonly path: string;
  /** How many keys are in it; undefined when it can't be read. */
  readonly keys: number | undefined;
  readonly trouble: string | undefined;
}

/** Looks at what gaffer keeps for a user. */
export function userFacts(
  config: UserConfig,
  {
    look,
    uid,
    env,
    keyInWords,
  }: { readonly look: Look; readonly uid: number; readonly env: Readonly<Record<string, string | undefined>>; readonly keyInWords: boolean },
): UserFacts {
  const runtime = env['XDG_RUNTIME_DIR'] ?? '';
  return {
    config: look(config.path),
    keys: config.keys,
    configTrouble: config.trouble,
    runtimeDir: runtime.startsWith('/') ? look(runtime) : undefined,
    fallback: look(join(tmpdir(), `gaffer-${uid}`)),
    keyInWords,
  };
}
