import { complain } from './complain.ts';
import { expectKey } from './key-text.ts';
import { isOpenToOthers, readNodeSettings } from './user-config.ts';
import { userConfigPath } from './user-config-path.ts';

/** The key that the user's configuration has for a node; says so where others could have read it. @throws GafferError `bad_usage` when it can't be read */
export function storedKey(endpoint: string, env: NodeJS.ProcessEnv): string | undefined {
  const path = userConfigPath(env);
  const { key } = readNodeSettings(path, endpoint);
  if (key !== undefined && isOpenToOthers(path)) {
    complain(`${path} has keys in it, and can be read by others: chmod 600 ${path}`);
  }
  return key === undefined ? undefined : expectKey(`${path}: [node "${endpoint}"] key`, key);
}
