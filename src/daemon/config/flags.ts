/** What gafferd's command line says, by the names of its options; texts are as they were written. */
export interface DaemonFlags {
  /** An ini file, or a folder with a `gafferd.ini`. */
  readonly config?: string | undefined;
  readonly bind?: readonly string[] | undefined;
  readonly backlog?: string | undefined;
  readonly certfile?: string | undefined;
  readonly keyfile?: string | undefined;
  readonly 'state-dir'?: string | undefined;
  readonly pidfile?: string | undefined;
  readonly user?: string | undefined;
  readonly daemon?: boolean | undefined;
  readonly 'error-log'?: string | undefined;
  readonly 'log-level'?: string | undefined;
  readonly 'log-format'?: string | undefined;
  /** How often `-v` was given. */
  readonly verbose?: number | undefined;
  readonly 'require-key'?: boolean | undefined;
  readonly 'old-api'?: boolean | undefined;
  readonly 'allowed-origin'?: readonly string[] | undefined;
  readonly 'allowed-host'?: readonly string[] | undefined;
  readonly 'plugin-dir'?: string | undefined;
  readonly 'lookupd-address'?: readonly string[] | undefined;
  readonly 'broadcast-address'?: string | undefined;
  readonly 'node-name'?: string | undefined;
  readonly 'client-certfile'?: string | undefined;
  readonly 'client-keyfile'?: string | undefined;
  readonly cacert?: string | undefined;
}

/** An option whose value is a text, or several. */
export type TextOption = Exclude<keyof DaemonFlags, 'daemon' | 'verbose' | 'require-key' | SwitchOption>;

/** An option that is on or off, and has a variable. */
export type SwitchOption = 'old-api';

/** Which variables of the environment stand for options. */
export type Variables = Readonly<Partial<Record<TextOption | SwitchOption, string>>>;

/** Those of gafferd. */
export const DAEMON_VARIABLES = {
  config: 'GAFFERD_CONFIG',
  bind: 'GAFFERD_BIND',
  certfile: 'GAFFERD_CERTFILE',
  keyfile: 'GAFFERD_KEYFILE',
  'state-dir': 'GAFFERD_STATE_DIR',
  pidfile: 'GAFFERD_PIDFILE',
  user: 'GAFFERD_USER',
  'error-log': 'GAFFERD_ERROR_LOG',
  'log-level': 'GAFFERD_LOG_LEVEL',
  'log-format': 'GAFFERD_LOG_FORMAT',
  'plugin-dir': 'GAFFER_PLUGIN_DIR',
  'lookupd-address': 'GAFFERD_LOOKUPD_ADDRESS',
  'broadcast-address': 'GAFFERD_BROADCAST_ADDRESS',
  'node-name': 'GAFFERD_NODE_NAME',
  'client-certfile': 'GAFFERD_CLIENT_CERTFILE',
  'client-keyfile': 'GAFFERD_CLIENT_KEYFILE',
  cacert: 'GAFFERD_CACERT',
  'old-api': 'GAFFERD_OLD_API',
} as const satisfies Partial<Record<TextOption, string>> & Record<SwitchOption, string>;

/** The variable that stands for an option of gafferd, if one does. */
export function variableOf(option: TextOption | SwitchOption): string | undefined {
  return (DAEMON_VARIABLES as Variables)[option];
}
