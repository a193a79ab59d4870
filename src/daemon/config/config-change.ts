import type { DaemonConfig } from './config.ts';

/** A configuration that a running gafferd goes over to, and what of the new one it can't take before it is started anew. */
export interface ConfigChange {
  readonly config: DaemonConfig;
  /** Names of settings. */
  readonly kept: readonly string[];
}

/** What becomes of a configuration when another one is read while gafferd runs. */
export function changeOf(before: DaemonConfig, after: DaemonConfig): ConfigChange {
  const { stateDir, pidfile, user, daemonize, verbosity } = before;
  const changes = {
    state_dir: stateDir !== after.stateDir,
    pidfile: pidfile !== after.pidfile,
    user: user?.uid !== after.user?.uid || user?.gid !== after.user?.gid,
    daemonize: daemonize !== after.daemonize,
  };
  const kept = Object.entries(changes).flatMap(([name, isChanged]) => (isChanged ? [name] : []));
  return { config: { ...after, stateDir, pidfile, user, daemonize, verbosity }, kept };
}
