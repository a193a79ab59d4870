import { join } from 'node:path';
import { Complaints } from '../daemon/config/complaints.ts';
import { type Endpoint, readEndpoints } from '../daemon/config/endpoints.ts';
import { type LogSettings, readLogSettings } from '../daemon/config/log-settings.ts';
import { parseAllowedHost, parseOrigin } from '../daemon/config/origins.ts';
import type { DaemonInput } from '../daemon/config/outside.ts';
import { Reading } from '../daemon/config/reading.ts';
import type { Said } from '../daemon/config/said.ts';
import type { Sections } from '../daemon/config/sections.ts';
import { parseHeartbeat } from '../daemon/config/values.ts';
import { GafferError } from '../errors.ts';
import type { Finding } from '../finding.ts';
import { parseEtcdAddress } from './etcd/address.ts';
import { LOOKUPD_VARIABLES, type LookupdFlags, SHARED_VARIABLES } from './flags.ts';

/** Everything that a lookupd is told. */
export interface LookupdConfig {
  readonly endpoints: readonly Endpoint[];
  /** Where keys are kept. */
  readonly stateDir: string;
  readonly pidfile: string | undefined;
  readonly daemonize: boolean;
  readonly log: LogSettings;
  /** Undefined when nothing is said about it. */
  readonly requireKey: boolean | undefined;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  /** The address of an etcd; undefined: in this process alone. */
  readonly etcd: string | undefined;
  /** How often nodes are asked whether they are there. A node that shows nothing of itself for twice as long is forgotten. */
  readonly heartbeatMs: number;
}

/** A configuration, or what is wrong with it. */
export interface LookupdConfigResult {
  readonly config: LookupdConfig | undefined;
  readonly findings: readonly Finding[];
}

/** What a configuration is read from. */
export interface LookupdInput extends Omit<DaemonInput, 'flags' | 'variables' | 'execPath'> {
  readonly flags: LookupdFlags;
}

/** Another port than gafferd's, so that both can be on one machine. */
const DEFAULT_PORT = 5010;

const MEMORY = 'memory';

const DEFAULTS = { store: MEMORY, heartbeat: '15' };

/** Reads options, and variables of the environment where those say nothing; everything is checked, so that all errors are told at once. */
export function readLookupdConfig(input: LookupdInput): LookupdConfigResult {
  const complaints = new Complaints();
  const { flags, cwd } = input;
  const reading = new Reading({ ...input, variables: SHARED_VARIABLES }, tlsOfClients(input), complaints);
  const said = (option: keyof typeof DEFAULTS): Said => saidOf(option, input) ?? { text: DEFAULTS[option], source: `--${option}`, folder: cwd };
  const config: LookupdConfig = {
    endpoints: readEndpoints(reading, DEFAULT_PORT),
    stateDir: stateDirOf(reading),
    pidfile: reading.path(reading.option('pidfile')),
    daemonize: flags.daemon ?? false,
    log: readLogSettings(reading),
    requireKey: flags['require-key'],
    allowedOrigins: reading.values(reading.words('allowed-origin', 'allowed_origins'), parseOrigin),
    allowedHosts: reading.values(reading.words('allowed-host', 'allowed_hosts'), parseAllowedHost),
    etcd: reading.value(said('store'), expectStore),
    heartbeatMs: reading.value(said('heartbeat'), parseHeartbeat) ?? 0,
  };
  return { config: complaints.hasErrors ? undefined : config, findings: complaints.findings };
}

/** The address of an etcd; undefined is memory. @throws GafferError `bad_usage` */
function expectStore(text: string): string | undefined {
  if (text === MEMORY) {
    return undefined;
  }
  if (!/^etcds?:/.test(text)) {
    throw new GafferError('bad_usage', `expected ${MEMORY}, or etcd://HOST:PORT[,HOST:PORT...] (etcds:// for TLS), got "${text}"`);
  }
  parseEtcdAddress(text);
  return text;
}

/** Whoever names authorities for clients wants to see certificates of theirs: there is no ini file that could say otherwise. */
function tlsOfClients(input: LookupdInput): Sections {
  const cacert = saidOf('cacert', input);
  return new Map(
    cacert === undefined ? [] : [['ssl', new Map([['cacert', cacert] as const, ['cert_reqs', { ...cacert, text: 'required' }] as const])]],
  );
}

/** Keys are beside what a gafferd of the same user keeps. */
function stateDirOf(reading: Reading): string {
  const said = reading.option('state-dir');
  const { cwd } = reading.input;
  const path = said === undefined ? defaultStateDir(reading.input) : reading.path(said);
  if (path === undefined && said === undefined) {
    reading.complaints.error(
      { text: '', source: '--state-dir', folder: cwd },
      'expected a folder for keys, as this user has no home folder; name one',
    );
  }
  return path ?? '';
}

function defaultStateDir({ env, home, isRoot }: Pick<DaemonInput, 'env' | 'home' | 'isRoot'>): string | undefined {
  const state = env['XDG_STATE_HOME'];
  if (state?.startsWith('/') === true) {
    return join(state, NAME);
  }
  if (isRoot) {
    return join('/var/lib', NAME);
  }
  return home === undefined ? undefined : join(home, '.local/state', NAME);
}

const NAME = 'gaffer-lookupd';

/** What an option says, else its variable; an empty variable says nothing. */
function saidOf(option: keyof typeof DEFAULTS | 'cacert', { flags, env, cwd }: LookupdInput): Said | undefined {
  const given = flags[option];
  if (given !== undefined) {
    return { text: given, source: `--${option}`, folder: cwd };
  }
  const [source, text] = [LOOKUPD_VARIABLES[option], env[LOOKUPD_VARIABLES[option]]];
  return isSaid(text) ? { text, source, folder: cwd } : undefined;
}

function isSaid(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
