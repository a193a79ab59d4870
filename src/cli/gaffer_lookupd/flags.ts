import * as Flags from '@oclif/core/flags';
import { LOG_FORMATS, LOG_LEVELS } from '../../daemon/log-record.ts';
import { LOOKUPD_VARIABLES, type LookupdFlags } from '../../lookupd/flags.ts';

const list = { multiple: true, multipleNonGreedy: true } as const;

/** The variable is shown only: it is read with the options, so that what is wrong in it is told with its name. */
function described(option: keyof typeof LOOKUPD_VARIABLES, description: string): string {
  return `[env: ${LOOKUPD_VARIABLES[option]}] ${description}`;
}

/** Options that are about keys, instead of running; one of them at a time. */
const deeds = (one: string): string[] => ['create-key', 'list-keys', 'delete-key'].filter((name) => name !== one);

/** The options of `gaffer_lookupd`. */
export const lookupdFlags = {
  bind: Flags.string({
    description: described(
      'bind',
      'where to listen: HOST:PORT, [V6]:PORT, :PORT for every interface, unix:PATH; a list, or given again, adds more (default 127.0.0.1:5010)',
    ),
    helpValue: 'ADDRESS',
    helpGroup: 'NETWORK',
    ...list,
  }),
  backlog: Flags.string({ description: 'connections that may wait (default 128)', helpValue: 'N', helpGroup: 'NETWORK' }),
  certfile: Flags.string({ description: described('certfile', 'serve HTTPS with this certificate'), helpValue: 'FILE', helpGroup: 'NETWORK' }),
  keyfile: Flags.string({ description: described('keyfile', "the certificate's key"), helpValue: 'FILE', helpGroup: 'NETWORK' }),
  cacert: Flags.string({
    description: described('cacert', 'with HTTPS: talk only to nodes and readers whose certificates these authorities have signed'),
    helpValue: 'FILE',
    helpGroup: 'NETWORK',
  }),
  heartbeat: Flags.string({
    description: described(
      'heartbeat',
      'how often nodes are asked whether they are there (default 15); one that is silent for twice as long is forgotten',
    ),
    helpValue: 'SECONDS',
    helpGroup: 'NETWORK',
  }),
  store: Flags.string({
    description: described(
      'store',
      'where what nodes have told is kept: memory (the default), or in an etcd that other lookupds share: etcd[s]://[USER:PASSWORD@]HOST[:PORT][,HOST...][/PREFIX][?cacert=FILE&certfile=FILE&keyfile=FILE]',
    ),
    helpValue: 'PLACE',
    helpGroup: 'STATE',
  }),
  'state-dir': Flags.string({
    description: described(
      'state-dir',
      'where keys are kept (default: gaffer-lookupd in $XDG_STATE_HOME or ~/.local/state, for root /var/lib/gaffer-lookupd)',
    ),
    helpValue: 'FOLDER',
    helpGroup: 'STATE',
  }),
  'require-key': Flags.boolean({
    description: 'require a key of every client; the default unless only this machine can reach it',
    allowNo: true,
    helpGroup: 'ACCESS',
  }),
  'create-key': Flags.string({
    description: "make a key, print it, and end: NODE+m for a node of that name, '*+r' for who may read; given again, for both",
    helpValue: 'WORD',
    helpGroup: 'ACCESS',
    exclusive: deeds('create-key'),
    ...list,
  }),
  label: Flags.string({ description: 'with --create-key: what the key is for', helpValue: 'TEXT', helpGroup: 'ACCESS' }),
  'list-keys': Flags.boolean({ description: 'print the keys by their ids, and end', helpGroup: 'ACCESS', exclusive: deeds('list-keys') }),
  'delete-key': Flags.string({
    description: 'delete a key, and end; who uses it is cut off',
    helpValue: 'ID',
    helpGroup: 'ACCESS',
    exclusive: deeds('delete-key'),
  }),
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
  pidfile: Flags.string({ description: described('pidfile', 'a file that names the process'), helpValue: 'FILE', helpGroup: 'PROCESS' }),
  verbose: Flags.boolean({ char: 'v', description: 'has no effect, as it had none', helpGroup: 'OUTPUT' }),
  'error-log': Flags.string({
    aliases: ['log-file'],
    description: described('error-log', 'where the log goes, - is stderr (default -)'),
    helpValue: 'FILE',
    helpGroup: 'OUTPUT',
  }),
  'log-level': Flags.string({
    description: described('log-level', `what goes into the log: ${LOG_LEVELS.join(', ')} (default info)`),
    helpValue: 'LEVEL',
    helpGroup: 'OUTPUT',
  }),
  'log-format': Flags.string({
    description: described('log-format', `how it looks: ${LOG_FORMATS.join(', ')} (default text)`),
    helpValue: 'FORMAT',
    helpGroup: 'OUTPUT',
  }),
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
