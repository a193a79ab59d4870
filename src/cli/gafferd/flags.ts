import * as Flags from '@oclif/core/flags';
import { type DaemonFlags, type SwitchOption, type TextOption, variableOf } from '../../daemon/config/flags.ts';
import { LOG_FORMATS, LOG_LEVELS } from '../../daemon/log-record.ts';
import { GafferError } from '../../errors.ts';

/** What an option of gafferd takes, and how help shows it. */
interface TextFlag {
  readonly char?: 'c' | 'p';
  readonly aliases?: string[];
  readonly description: string;
  readonly helpValue: string;
  readonly helpGroup: string;
}

/** The variable is shown only: it is read where the ini files are, so that what is wrong in it is told with its name. */
function described(option: TextOption | SwitchOption, description: string): string {
  const variable = variableOf(option);
  return variable === undefined ? description : `[env: ${variable}] ${description}`;
}

function textFlag(option: TextOption, { description, ...flag }: TextFlag) {
  return Flags.string({ ...flag, description: described(option, description) });
}

function listFlag(option: TextOption, { description, ...flag }: TextFlag) {
  return Flags.string({ ...flag, description: described(option, description), multiple: true, multipleNonGreedy: true });
}

/** The options of `gafferd`. */
export const daemonFlags = {
  config: textFlag('config', {
    char: 'c',
    description: 'the configuration: an ini file, or a folder with a gafferd.ini',
    helpValue: 'PLACE',
    helpGroup: 'CONFIGURATION',
  }),
  'check-config': Flags.boolean({ description: 'say what is wrong with the configuration, and end', helpGroup: 'CONFIGURATION' }),
  'state-dir': textFlag('state-dir', {
    description: 'where gafferd keeps jobs, users and keys (default: gaffer in $XDG_STATE_HOME or ~/.local/state, for root /var/lib/gaffer)',
    helpValue: 'FOLDER',
    helpGroup: 'CONFIGURATION',
  }),
  'plugin-dir': textFlag('plugin-dir', {
    char: 'p',
    aliases: ['plugins-dir'],
    description: "where plugins are (default: plugins in the configuration's folder)",
    helpValue: 'FOLDER',
    helpGroup: 'CONFIGURATION',
  }),
  bind: listFlag('bind', {
    description:
      'where to listen: HOST:PORT, [V6]:PORT, :PORT for every interface, unix:PATH; a list, or given again, adds more (default 127.0.0.1:5000)',
    helpValue: 'ADDRESS',
    helpGroup: 'NETWORK',
  }),
  backlog: textFlag('backlog', { description: 'connections that may wait (default 128)', helpValue: 'N', helpGroup: 'NETWORK' }),
  certfile: textFlag('certfile', { description: 'serve HTTPS with this certificate', helpValue: 'FILE', helpGroup: 'NETWORK' }),
  keyfile: textFlag('keyfile', { description: "the certificate's key", helpValue: 'FILE', helpGroup: 'NETWORK' }),
  'require-key': Flags.boolean({
    description: 'require a key of every client; the default unless only this machine can reach gafferd',
    allowNo: true,
    helpGroup: 'ACCESS',
  }),
  'old-api': Flags.boolean({
    description: described('old-api', 'serve the paths of gaffer 0.4, as /processes and /watch; the default'),
    allowNo: true,
    helpGroup: 'ACCESS',
  }),
  'allowed-origin': listFlag('allowed-origin', {
    description: 'web pages that may use the API, or *; may be given again',
    helpValue: 'ORIGIN',
    helpGroup: 'ACCESS',
  }),
  'allowed-host': listFlag('allowed-host', {
    description: 'a further name of this machine; may be given again',
    helpValue: 'HOST',
    helpGroup: 'ACCESS',
  }),
  'create-admin-user': Flags.boolean({
    description: 'make a user who may do everything, print the key, and end; gafferd may run meanwhile',
    helpGroup: 'ACCESS',
  }),
  username: Flags.string({ description: "with --create-admin-user: the user's name (default: asks for it)", helpValue: 'NAME', helpGroup: 'ACCESS' }),
  'password-file': Flags.string({
    description: 'with --create-admin-user: a file with the password in its one line, - is stdin (default: asks for it)',
    helpValue: 'FILE',
    helpGroup: 'ACCESS',
  }),
  password: Flags.string({
    description: 'with --create-admin-user: the password, for everybody to see in the list of processes; better use --password-file',
    helpValue: 'TEXT',
    helpGroup: 'ACCESS',
  }),
  'list-admins': Flags.boolean({ description: 'print the users who may do everything, with the ids of their keys, and end', helpGroup: 'ACCESS' }),
  'import-auth': Flags.string({
    description: "take over users and keys of the original gafferd from the auth.db and keys.db in its configuration's folder, and end",
    helpValue: 'FOLDER',
    helpGroup: 'ACCESS',
  }),
  upgrade: Flags.boolean({
    description: 'have the gafferd that runs with this state folder replaced by the installed version, while its jobs run on, and end',
    helpGroup: 'PROCESS',
  }),
  daemon: Flags.boolean({ description: 'run in the background', allowNo: true, helpGroup: 'PROCESS' }),
  pidfile: textFlag('pidfile', { description: 'a file that names the process', helpValue: 'FILE', helpGroup: 'PROCESS' }),
  user: textFlag('user', {
    description: 'go on as this user when root has started gafferd: it listens first, and can never be root again',
    helpValue: 'NAME[:GROUP]',
    helpGroup: 'PROCESS',
  }),
  verbose: Flags.boolean({ char: 'v', description: 'show starts and exits; twice: every event and all output', helpGroup: 'OUTPUT' }),
  'error-log': textFlag('error-log', {
    aliases: ['log-file'],
    description: 'where the log goes, - is stderr (default -)',
    helpValue: 'FILE',
    helpGroup: 'OUTPUT',
  }),
  'log-level': textFlag('log-level', {
    description: `what goes into the log: ${LOG_LEVELS.join(', ')} (default info)`,
    helpValue: 'LEVEL',
    helpGroup: 'OUTPUT',
  }),
  'log-format': textFlag('log-format', {
    description: `how it looks: ${LOG_FORMATS.join(', ')} (default text)`,
    helpValue: 'FORMAT',
    helpGroup: 'OUTPUT',
  }),
  'lookupd-address': listFlag('lookupd-address', {
    description: 'a lookupd server to register with, like http://host:5010; may be given again',
    helpValue: 'URL',
    helpGroup: 'LOOKUP',
  }),
  'broadcast-address': textFlag('broadcast-address', {
    description: 'the address that lookupd servers are told',
    helpValue: 'URL',
    helpGroup: 'LOOKUP',
  }),
  'node-name': textFlag('node-name', {
    description: "what lookupd servers are told that this node is called; without it the machine's name",
    helpValue: 'NAME',
    helpGroup: 'LOOKUP',
  }),
  'client-certfile': textFlag('client-certfile', { description: 'the certificate for lookupd servers', helpValue: 'FILE', helpGroup: 'LOOKUP' }),
  'client-keyfile': textFlag('client-keyfile', { description: "that certificate's key", helpValue: 'FILE', helpGroup: 'LOOKUP' }),
  cacert: textFlag('cacert', { description: 'authorities that are trusted for lookupd servers', helpValue: 'FILE', helpGroup: 'LOOKUP' }),
  version: Flags.boolean({ description: 'print the version' }),
  help: Flags.boolean({ char: 'h', description: 'print this help' }),
};

/** A parsed command line of gafferd, as oclif gives it. */
export interface ParsedDaemonLine {
  readonly flags: Omit<DaemonFlags, 'verbose'>;
  /** The configuration without its option, as gafferd 0.4 had it. */
  readonly args: { readonly config?: string | undefined };
  /** Every word as it was read: here each `-v` is told. */
  readonly raw: readonly { readonly type: string; readonly flag?: string }[];
}

/** What a command line says. @throws GafferError `bad_usage` when it names two configurations */
export function daemonFlagsOf({ flags, args, raw }: ParsedDaemonLine): DaemonFlags {
  if (flags.config !== undefined && args.config !== undefined) {
    throw new GafferError('bad_usage', `expected one configuration, got "${flags.config}" and "${args.config}"`);
  }
  const verbose = raw.filter(({ type, flag }) => type === 'flag' && flag === 'verbose').length;
  return { ...flags, config: flags.config ?? args.config, verbose };
}
