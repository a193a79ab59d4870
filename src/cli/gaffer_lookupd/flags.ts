import * as Flags from '@oclif/core/flags';
import { LOG_FORMATS, LOG_LEVELS } from '../../daemon/log-record.ts';
import type { LookupdFlags } from '../../lookupd/config.ts';

const list = { multiple: true, multipleNonGreedy: true } as const;

/** The options of `gaffer_lookupd`. */
export const lookupdFlags = {
  bind: Flags.string({
    description:
      'where to listen: HOST:PORT, [V6]:PORT, :PORT for every interface, unix:PATH; a list, or given again, adds more (default 127.0.0.1:5010)',
    helpValue: 'ADDRESS',
    env: 'GAFFER_LOOKUPD_BIND',
    helpGroup: 'NETWORK',
    ...list,
  }),
  backlog: Flags.string({ description: 'connections that may wait (default 128)', helpValue: 'N', helpGroup: 'NETWORK' }),
  certfile: Flags.string({
    description: 'serve HTTPS with this certificate',
    helpValue: 'FILE',
    env: 'GAFFER_LOOKUPD_CERTFILE',
    helpGroup: 'NETWORK',
  }),
  keyfile: Flags.string({ description: "the certificate's key", helpValue: 'FILE', env: 'GAFFER_LOOKUPD_KEYFILE', helpGroup: 'NETWORK' }),
  store: Flags.string({
    description: 'where is kept what nodes have told: memory (the default), or etcd://HOST:PORT[,HOST:PORT...], which other lookupds share',
    helpValue: 'PLACE',
    env: 'GAFFER_LOOKUPD_STORE',
    helpGroup: 'STATE',
  }),
  'state-dir': Flags.string({
    description: 'where keys are kept (default: gaffer-lookupd in $XDG_STATE_HOME or ~/.local/state, for root /var/lib/gaffer-lookupd)',
    helpValue: 'FOLDER',
    env: 'GAFFER_LOOKUPD_STATE_DIR',
    helpGroup: 'STATE',
  }),
  'require-key': Flags.boolean({
    description: 'require a key of every client; the default unless only this machine can reach it',
    allowNo: true,
    helpGroup: 'ACCESS',
  }),
  'create-key': Flags.string({
    description: "make a key, print it, and end: NODE+m for a node of that name, '*+r' for who may read; several words are one key",
    helpValue: 'WORD',
    helpGroup: 'ACCESS',
    ...list,
  }),
  label: Flags.string({ description: 'with --create-key: what the key is for', helpValue: 'TEXT', helpGroup: 'ACCESS', dependsOn: ['create-key'] }),
  'list-keys': Flags.boolean({ description: 'print the keys by their ids, and end', helpGroup: 'ACCESS' }),
  'delete-key': Flags.string({ description: 'delete a key, and end; who uses it is cut off', helpValue: 'ID', helpGroup: 'ACCESS' }),
  'allowed-origin': Flags.string({
    description: 'web pages that may use the API, or *; may be given again',
    helpValue: 'ORIGIN',
    helpGroup: 'ACCESS',
    ...list,
  }),
  'allowed-host': Flags.string({
    description: 'a further name of this machine; may be given again',
    helpValue: 'HOST',
    helpGroup: 'ACCESS',
    ...list,
  }),
  daemon: Flags.boolean({ description: 'run in the background', helpGroup: 'PROCESS' }),
  pidfile: Flags.string({ description: 'a file that names the process', helpValue: 'FILE', env: 'GAFFER_LOOKUPD_PIDFILE', helpGroup: 'PROCESS' }),
  verbose: Flags.boolean({ char: 'v', description: 'has no effect, as it had none', helpGroup: 'OUTPUT' }),
  'error-log': Flags.string({
    aliases: ['log-file'],
    description: 'where the log goes, - is stderr (default -)',
    helpValue: 'FILE',
    env: 'GAFFER_LOOKUPD_ERROR_LOG',
    helpGroup: 'OUTPUT',
  }),
  'log-level': Flags.string({
    description: `what goes into the log: ${LOG_LEVELS.join(', ')} (default info)`,
    helpValue: 'LEVEL',
    helpGroup: 'OUTPUT',
  }),
  'log-format': Flags.string({ description: `how it looks: ${LOG_FORMATS.join(', ')} (default text)`, helpValue: 'FORMAT', helpGroup: 'OUTPUT' }),
  version: Flags.boolean({ description: 'print the version' }),
  help: Flags.boolean({ char: 'h', description: 'print this help' }),
};

/** What is done with keys instead of running. */
export interface KeyFlagValues {
  readonly 'create-key'?: readonly string[] | undefined;
  readonly label?: string | undefined;
  readonly 'list-keys': boolean;
  readonly 'delete-key'?: string | undefined;
}

/** The options as they were parsed. */
export type ParsedLookupdFlags = LookupdFlags & KeyFlagValues;
