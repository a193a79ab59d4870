import type { WholeIdentity } from '../own-user.ts';
import type { AuthSettings } from './auth-settings.ts';
import type { Endpoint } from './endpoints.ts';
import type { ConfiguredJob } from './jobs.ts';
import type { LogSettings } from './log-settings.ts';
import type { LookupdSettings } from './lookupd-settings.ts';
import type { WebhookSettings } from './webhooks.ts';

/** Everything that gafferd is told at its start; paths are absolute. */
export interface DaemonConfig {
  /** Every ini file that was read, the main one first; empty without one. */
  readonly files: readonly string[];
  /** The folder of the main file, or where it would be. */
  readonly configDir: string;
  /** At least one. */
  readonly endpoints: readonly Endpoint[];
  readonly stateDir: string;
  readonly pidfile: string | undefined;
  /** Who gafferd goes on as when root has started it; undefined is whoever has started it. */
  readonly user: WholeIdentity | undefined;
  readonly daemonize: boolean;
  readonly log: LogSettings;
  /** 1 shows starts and exits on the console, 2 every event and all output. */
  readonly verbosity: 0 | 1 | 2;
  /** Undefined when nothing is said about it. */
  readonly requireKey: boolean | undefined;
  /** The paths of gaffer 0.4 are served. */
  readonly oldApi: boolean;
  /** As browsers send them; `*` is every one. */
  readonly allowedOrigins: readonly string[];
  /** In lower case, some with a port. */
  readonly allowedHosts: readonly string[];
  readonly pluginsDir: string;
  /** What `[plugin:NAME]` says, by name in lower case. */
  readonly pluginSections: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly lookupd: LookupdSettings;
  readonly webhooks: readonly WebhookSettings[];
  readonly auth: AuthSettings;
  /** In the order in which they start. */
  readonly jobs: readonly ConfiguredJob[];
}
