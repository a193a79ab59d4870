import { homedir } from 'node:os';
import type { DaemonFlags } from '../../daemon/config/flags.ts';
import { type DaemonConfigResult, readDaemonConfig } from '../../daemon/config/read-daemon-config.ts';

/** Reads what a gafferd that is started here and by this user would be told. */
export function readConfig(flags: DaemonFlags): DaemonConfigResult {
  const home = homedirIfAny();
  return readDaemonConfig({ flags, env: process.env, cwd: process.cwd(), home, isRoot: process.geteuid?.() === 0 });
}

function homedirIfAny(): string | undefined {
  const home = process.env['HOME'] ?? homedir();
  return home === '' ? undefined : home;
}
