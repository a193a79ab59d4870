import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseEndpoint } from '../client/endpoint.ts';
import type { DaemonFlags } from '../daemon/config/flags.ts';
import { readDaemonConfig } from '../daemon/config/read-daemon-config.ts';
import { isHealthy } from '../doctor/diagnosis.ts';
import { endpointOf, examineMachine, examineNode } from '../doctor/doctor.ts';
import type { NodeQuestion } from '../doctor/facts/node.ts';
import { userConfigFacts } from '../doctor/facts/user-config.ts';
import { GafferError } from '../errors.ts';
import type { RunningSession } from '../local/session-address.ts';
import { wantsColor } from '../output/color.ts';
import { inputOf } from './gafferd/daemon-input.ts';
import { type NodeFlagValues, rootOf, tlsOf } from './node-options.ts';
import { parseTimeout } from './seconds.ts';
import { readNodeSettings } from './user-config.ts';
import { userConfigPath } from './user-config-path.ts';
import { doctorJson, doctorText } from './view/doctor-text.ts';
import { doctorPaint } from './view/paint.ts';

/** What `gaffer doctor` was told. */
export interface DoctorChoices {
  /** What gafferd is started with. */
  readonly daemon: DaemonFlags;
  readonly config: string | undefined;
  readonly node: NodeFlagValues;
  /** Whether the key came with the command line. */
  readonly keyInWords: boolean;
  readonly version: string;
  readonly json: boolean;
  readonly color: boolean | undefined;
}

/** Options with which gafferd does something else than run. */
const OTHER_DEEDS = ['check-config', 'version', 'help', 'create-admin-user', 'list-admins', 'import-auth', 'username', 'password', 'password-file'];

/** How long a node may take for an answer, where nothing is said. */
const TIMEOUT_MS = 5000;

/** Looks at everything, and tells it as text; `ok` is that nothing has to be changed. @throws GafferError `bad_usage` */
export async function doctor(choices: DoctorChoices): Promise<{ readonly ok: boolean; readonly text: string }> {
  const { version, keyInWords, json, color } = choices;
  const configuration = readDaemonConfig(inputOf(daemonLine(choices)));
  const options = { configuration, keyInWords, root: packageFolder(), version, env: process.env, nowMs: Date.now() };
  const machine = await examineMachine({ ...options, userConfig: userConfigFacts(userConfigPath(process.env)) });
  const node = await examineNode(await questionOf(choices, endpointOf(configuration.config)), options);
  const diagnoses = [...machine, ...node];
  const isColored = !json && wantsColor({ flag: color, env: process.env, isTerminal: process.stdout.isTTY });
  return { ok: isHealthy(diagnoses), text: json ? doctorJson(diagnoses) : doctorText(diagnoses, await doctorPaint(isColored)) };
}

/** @throws GafferError `bad_usage` */
function daemonLine({ daemon, config }: DoctorChoices): DaemonFlags {
  const strange = OTHER_DEEDS.find((name) => (daemon as Readonly<Record<string, unknown>>)[name] !== undefined);
  if (strange !== undefined) {
    throw new GafferError('bad_usage', `expected the options that gafferd runs with behind --, got --${strange}`);
  }
  if (config !== undefined && daemon.config !== undefined) {
    throw new GafferError('bad_usage', `expected one configuration, got "${config}" and "${daemon.config}"`);
  }
  return { ...daemon, config: config ?? daemon.config };
}

/** The node that the options mean; without any the `gaffer start` of this folder, else that of the configuration. */
async function questionOf({ node }: DoctorChoices, configured: string): Promise<NodeQuestion> {
  const named = node.endpoint ?? '';
  const local = named === '' ? await sessionOf(node) : undefined;
  const endpoint = named || (local === undefined ? configured : `unix://${local.socket}`);
  const kept = keptKey(endpoint);
  const secret = node['api-key'] ?? kept;
  return {
    endpoint,
    wasNamed: named !== '' || local !== undefined,
    tls: await tlsOf(node, endpoint),
    key: secret === undefined || secret === '' ? undefined : { secret, isKept: secret === kept },
    timeoutMs: node.timeout === undefined ? TIMEOUT_MS : parseTimeout(node.timeout),
  };
}

/** The `gaffer start` of this folder; nothing is made to find it. */
async function sessionOf(flags: NodeFlagValues): Promise<RunningSession | undefined> {
  const [{ existingSessionsFolder }, { findSessionIn }] = await Promise.all([
    import('../local/session-folder.ts'),
    import('../local/session-address.ts'),
  ]);
  const sessions = existingSessionsFolder(process.env);
  return sessions === undefined ? undefined : findSessionIn(sessions, rootOf(flags));
}

/** The key that the user's configuration has for a node; that the file can't be read was told of already. */
function keptKey(endpoint: string): string | undefined {
  const { text } = parseEndpoint(endpoint);
  try {
    return readNodeSettings(userConfigPath(process.env), text).key;
  } catch {
    return undefined;
  }
}

/** The folder of this package: `bin/gaffer.js` is in it. */
function packageFolder(): string {
  return dirname(dirname(realpathSync(process.argv[1] ?? '')));
}
