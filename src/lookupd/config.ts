import { Complaints } from '../daemon/config/complaints.ts';
import { type Endpoint, readEndpoints } from '../daemon/config/endpoints.ts';
import { defaultStateDir } from '../daemon/config/folders.ts';
import { type LogSettings, readLogSettings } from '../daemon/config/log-settings.ts';
import { parseAllowedHost, parseOrigin } from '../daemon/config/origins.ts';
import type { DaemonInput } from '../daemon/config/outside.ts';
import { Reading } from '../daemon/config/reading.ts';
import type { Finding } from '../finding.ts';
import { parseEtcdAddress } from './etcd/address.ts';

/** What a lookupd is told on its command line; texts are as they were written. */
export type LookupdFlags = Pick<
  DaemonInput['flags'],
  | 'bind'
  | 'backlog'
  | 'certfile'
  | 'keyfile'
  | 'state-dir'
  | 'pidfile'
  | 'daemon'
  | 'error-log'
  | 'log-level'
  | 'log-format'
  | 'require-key'
  | 'allowed-origin'
  | 'allowed-host'
> & { readonly store?: string | undefined };

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
}

/** A configuration, or what is wrong with it. */
export interface LookupdConfigResult {
  readonly config: LookupdConfig | undefined;
  readonly findings: readonly Finding[];
}

/** Another port than gafferd's, so that both can be on one machine. */
const DEFAULT_BIND = ['127.0.0.1:5010'];

/** Reads a command line; everything is checked, so that all errors are told at once. */
export function readLookupdConfig({ flags, ...place }: Omit<DaemonInput, 'flags' | 'env'> & { readonly flags: LookupdFlags }): LookupdConfigResult {
  const complaints = new Complaints();
  const { store, ...others } = flags;
  const input: DaemonInput = { ...place, env: {}, flags: { ...others, bind: others.bind ?? DEFAULT_BIND } };
  const reading = new Reading(input, new Map(), complaints);
  const memory = { text: store ?? 'memory', source: '--store', folder: place.cwd };
  const config: LookupdConfig = {
    endpoints: readEndpoints(reading),
    stateDir: reading.path(reading.option('state-dir')) ?? lookupdState(place),
    pidfile: reading.path(reading.option('pidfile')),
    daemonize: flags.daemon ?? false,
    log: readLogSettings(reading),
    requireKey: flags['require-key'],
    allowedOrigins: reading.values(reading.words('allowed-origin', 'allowed_origins'), parseOrigin),
    allowedHosts: reading.values(reading.words('allowed-host', 'allowed_hosts'), parseAllowedHost),
    etcd: memory.text === 'memory' ? undefined : reading.value(memory, expectEtcd),
  };
  return { config: complaints.hasErrors ? undefined : config, findings: complaints.findings };
}

/** @throws GafferError `bad_usage` */
function expectEtcd(text: string): string {
  parseEtcdAddress(text);
  return text;
}

/** Beside that of a gafferd of the same user. */
function lookupdState(place: Pick<DaemonInput, 'home' | 'isRoot'>): string {
  return `${defaultStateDir({ ...place, env: process.env }) ?? ''}-lookupd`;
}
