import { homedir } from 'node:os';
import type { DaemonFlags } from '../../daemon/config/flags.ts';
import type { DaemonInput } from '../../daemon/config/outside.ts';

/** What a gafferd that is started here, by this user and with these options, reads its configuration from. */
export function inputOf(flags: DaemonFlags): DaemonInput {
  return { flags, env: { ...process.env }, cwd: process.cwd(), home: homedirIfAny(), isRoot: process.geteuid?.() === 0 };
}

function homedirIfAny(): string | undefined {
  const home = process.env['HOME'] ?? homedir();
  return home === '' ? undefined : home;
}
