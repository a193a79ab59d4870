import type { DaemonFlags, Variables } from '../daemon/config/flags.ts';

/** What a lookupd is told on its command line, by the names of its options; texts are as they were written. */
export type LookupdFlags = Pick<
  DaemonFlags,
  | 'bind'
  | 'backlog'
  | 'certfile'
  | 'keyfile'
  | 'cacert'
  | 'state-dir'
  | 'pidfile'
  | 'daemon'
  | 'error-log'
  | 'log-level'
  | 'log-format'
  | 'require-key'
  | 'allowed-origin'
  | 'allowed-host'
> & { readonly store?: string | undefined; readonly heartbeat?: string | undefined };

/** The variables that stand for options which gafferd has as well. */
export const SHARED_VARIABLES = {
  bind: 'GAFFER_LOOKUPD_BIND',
  certfile: 'GAFFER_LOOKUPD_CERTFILE',
  keyfile: 'GAFFER_LOOKUPD_KEYFILE',
  cacert: 'GAFFER_LOOKUPD_CACERT',
  'state-dir': 'GAFFER_LOOKUPD_STATE_DIR',
  pidfile: 'GAFFER_LOOKUPD_PIDFILE',
  'error-log': 'GAFFER_LOOKUPD_ERROR_LOG',
  'log-level': 'GAFFER_LOOKUPD_LOG_LEVEL',
  'log-format': 'GAFFER_LOOKUPD_LOG_FORMAT',
} as const satisfies Variables;

/** All variables of the environment that stand for options of a lookupd. */
export const LOOKUPD_VARIABLES = { ...SHARED_VARIABLES, store: 'GAFFER_LOOKUPD_STORE', heartbeat: 'GAFFER_LOOKUPD_HEARTBEAT' } as const;
