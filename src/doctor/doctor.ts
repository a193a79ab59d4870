import { DEFAULT_ENDPOINT } from '../client/endpoint.ts';
import type { DaemonConfig } from '../daemon/config/config.ts';
import type { DaemonConfigResult } from '../daemon/config/read-daemon-config.ts';
import { asksForKeys } from '../daemon/safety.ts';
import { readMachineAccounts } from '../daemon/trust/accounts-of-machine.ts';
import { lookAtPath } from '../daemon/trust/look-at-path.ts';
import { checkAccess } from './checks/access.ts';
import { checkServed } from './checks/certificates.ts';
import { checkConfigFile, checkFindings } from './checks/config-files.ts';
import { checkInstallation } from './checks/installation.ts';
import { checkJobs } from './checks/jobs.ts';
import { checkAccounts } from './checks/keys.ts';
import { checkNode } from './checks/node.ts';
import { checkNodeVersion } from './checks/node-version.ts';
import { checkOpenFiles } from './checks/open-files.ts';
import { checkParts } from './checks/parts.ts';
import { checkPlaces, checkPrograms, type PlaceFacts } from './checks/places.ts';
import { checkPlugins } from './checks/plugins.ts';
import { checkState } from './checks/state.ts';
import { checkUser } from './checks/user.ts';
import { checkWebhooks } from './checks/webhooks.ts';
import type { Diagnosis } from './diagnosis.ts';
import { accountFacts } from './facts/accounts.ts';
import { servedCertificates } from './facts/certificates.ts';
import { configFileFacts } from './facts/config-files.ts';
import { type Look, pluginFacts, stateFacts } from './facts/folders.ts';
import { jobFacts } from './facts/jobs.ts';
import { installationFacts, openFilesLimit, partsFacts, programFiles } from './facts/machine.ts';
import { type NodeQuestion, nodeFacts } from './facts/node.ts';
import { type UserConfig, userFacts } from './facts/user.ts';

/** What is to be looked at. */
export interface DoctorOptions {
  /** gafferd's configuration, as it would be read here. */
  readonly configuration: DaemonConfigResult;
  readonly userConfig: UserConfig;
  /** Whether the key came with the command line. */
  readonly keyInWords: boolean;
  /** The package's folder. */
  readonly root: string;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nowMs: number;
}

/** Looks at a machine as gafferd of this user would find it, and changes nothing. */
export async function examineMachine(options: DoctorOptions): Promise<readonly Diagnosis[]> {
  const { configuration, root, version, env, nowMs } = options;
  const { config, findings } = configuration;
  const starter = { uid: process.geteuid?.() ?? 0 };
  // who has started it reads the configuration, and goes on as that user
  const owner = { uid: config?.user?.uid ?? starter.uid };
  const look = looking();
  const files = config?.files ?? [...new Set(findings.map(({ file }) => file).filter((file) => file.startsWith('/')))];
  const jobs = config?.jobs ?? [];
  const changesUser = jobs.some(({ config: { uid, gid } }) => (uid ?? gid) !== undefined);
  const processes = jobs.reduce((sum, { config: { numprocesses } }) => sum + (numprocesses ?? 1), 0);
  return [
    checkNodeVersion(process.version, nowMs),
    ...checkInstallation(installationFacts(root, version, env)),
    ...checkParts(await partsFacts({ isRoot: starter.uid === 0, changesUser }, env)),
    ...checkOpenFiles(openFilesLimit(), processes),
    ...checkFindings(findings, files, jobs.length),
    ...configFileFacts(files, look).flatMap((file) => checkConfigFile(file, starter)),
    ...(config === undefined ? [] : await examineConfig(config, { look, owner, env, nowMs })),
    ...checkPlaces(placesOf(config, look), owner),
    ...checkPrograms(programFiles(root).map(look), starter),
    ...checkUser(userFacts(options.userConfig, { look, uid: starter.uid, env, keyInWords: options.keyInWords }), starter),
  ];
}

/** Asks a node, and judges its answers. */
export async function examineNode(
  question: NodeQuestion,
  { version, nowMs }: Pick<DoctorOptions, 'version' | 'nowMs'>,
): Promise<readonly Diagnosis[]> {
  return checkNode(await nodeFacts(question), { version, nowMs });
}

/** Where a gafferd of this configuration answers on this machine. */
export function endpointOf(config: DaemonConfig | undefined): string {
  const [first] = config?.endpoints ?? [];
  if (first === undefined) {
    return DEFAULT_ENDPOINT;
  }
  const { address, tls } = first;
  if (address.kind === 'unix') {
    return `unix://${address.path}`;
  }
  const { host = '', port } = address;
  const name = ['', '0.0.0.0'].includes(host) ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${tls === undefined ? 'http' : 'https'}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

async function examineConfig(
  config: DaemonConfig,
  { look, owner, env, nowMs }: { readonly look: Look; readonly owner: { readonly uid: number } } & Pick<DoctorOptions, 'env' | 'nowMs'>,
): Promise<readonly Diagnosis[]> {
  const accounts = await accountFacts(config.stateDir);
  return [
    ...checkAccess({ ...config, keys: accounts?.keys.length }),
    ...(accounts === undefined ? [] : checkAccounts(accounts)),
    ...servedCertificates(config.endpoints, look).flatMap((served) => checkServed(served, owner, nowMs)),
    ...checkState(stateFacts(config.stateDir, look), owner),
    ...checkPlugins(pluginFacts(config.pluginsDir, look), owner),
    ...checkJobs(jobFacts(config.jobs, { look, uid: owner.uid, env }), owner),
    ...checkWebhooks(config.webhooks),
  ];
}

function placesOf(config: DaemonConfig | undefined, look: Look): PlaceFacts {
  const seen = (path: string | undefined): ReturnType<Look> | undefined => (path === undefined ? undefined : look(path));
  const sockets = (config?.endpoints ?? []).flatMap(({ address }) => (address.kind === 'unix' ? [look(address.path)] : []));
  return { log: seen(config?.log.file), pidfile: seen(config?.pidfile), sockets, asksForKeys: config !== undefined && asksForKeys(config) };
}

/** Users and groups are read once, and a path is looked at once. */
function looking(): Look {
  const accounts = readMachineAccounts();
  const known = new Map<string, ReturnType<Look>>();
  return (path) => {
    const rights = known.get(path) ?? lookAtPath(path, accounts);
    known.set(path, rights);
    return rights;
  };
}
