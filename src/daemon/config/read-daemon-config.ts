import { join } from 'node:path';
import type { Finding } from '../../finding.ts';
import { readAuth } from './auth-settings.ts';
import { Complaints } from './complaints.ts';
import type { DaemonConfig } from './config.ts';
import { readEndpoints } from './endpoints.ts';
import { pluginsSaid, readPluginSections, readStateDir } from './folders.ts';
import { type IniFile, MAIN_SECTION, readIniFiles } from './ini-files.ts';
import { readJobs } from './jobs.ts';
import { readLogSettings } from './log-settings.ts';
import { readLookupd } from './lookupd-settings.ts';
import { parseAllowedHost, parseOrigin } from './origins.ts';
import type { DaemonInput } from './outside.ts';
import { type ConfigPlace, findConfig } from './place.ts';
import { Reading } from './reading.ts';
import { joinSections } from './sections.ts';
import { readUser } from './user-setting.ts';
import { parseSwitch } from './values.ts';
import { readWebhooks } from './webhooks.ts';

/** A configuration, or what is wrong with it. */
export interface DaemonConfigResult {
  /** Undefined when there is an error among the findings. */
  readonly config: DaemonConfig | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Reads what gafferd is told: options come before variables of the environment, these before the ini files, these
 * before the defaults. Everything is checked, so that all errors are told at once.
 */
export function readDaemonConfig(input: DaemonInput): DaemonConfigResult {
  const complaints = new Complaints();
  const place = findConfig(input, complaints);
  const files = place.main === undefined ? [] : readIniFiles(place.main, input.home, complaints);
  expectMainSection(files[0], complaints);
  const reading = new Reading(input, joinSections(files, complaints), complaints);
  const config = configOf(reading, files, place);
  return { config: complaints.hasErrors ? undefined : config, findings: complaints.findings };
}

function expectMainSection(main: IniFile | undefined, complaints: Complaints): void {
  if (main !== undefined && !main.document.sections.some(({ name }) => name === MAIN_SECTION)) {
    complaints.add([
      { file: main.path, level: 'error', message: `expected a section [${MAIN_SECTION}], found none; add a line "[${MAIN_SECTION}]"` },
    ]);
  }
}

function configOf(reading: Reading, files: readonly IniFile[], { folder }: ConfigPlace): DaemonConfig {
  const { flags } = reading.input;
  const plugins = pluginsSaid(reading);
  const log = readLogSettings(reading);
  const daemonize = flags.daemon ?? reading.value(reading.entry(MAIN_SECTION, 'daemonize'), parseSwitch) ?? false;
  if (daemonize && log.file === undefined) {
    const message = 'nobody will see the log, for in the background stderr leads nowhere; name a file with error_log';
    const said = flags.daemon === undefined ? reading.entry(MAIN_SECTION, 'daemonize') : undefined;
    reading.complaints.warning(said ?? { text: '', source: '--daemon', folder: '' }, message);
  }
  const jobs = readJobs(files, reading.complaints);
  return {
    files: files.map(({ path }) => path),
    configDir: folder,
    endpoints: readEndpoints(reading),
    stateDir: readStateDir(reading),
    pidfile: reading.path(reading.said('pidfile', 'pidfile')),
    user: readUser(reading, jobs),
    daemonize,
    log,
    verbosity: verbosityOf(flags.verbose ?? 0),
    requireKey: flags['require-key'] ?? reading.value(reading.entry(MAIN_SECTION, 'require_key'), parseSwitch),
    oldApi: reading.isOn('old-api', 'old_api') ?? true,
    allowedOrigins: reading.values(reading.words('allowed-origin', 'allowed_origins'), parseOrigin),
    allowedHosts: reading.values(reading.words('allowed-host', 'allowed_hosts'), parseAllowedHost),
    pluginsDir: reading.path(plugins) ?? join(folder, 'plugins'),
    pluginSections: readPluginSections(reading),
    lookupd: readLookupd(reading),
    webhooks: readWebhooks(reading, files),
    auth: readAuth(reading),
    jobs,
  };
}

function verbosityOf(count: number): 0 | 1 | 2 {
  return count >= 2 ? 2 : count === 1 ? 1 : 0;
}
