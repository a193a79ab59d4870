import { OWN_KEY } from '../../client/accounts.ts';
import { RemoteNode } from '../../client/remote-node.ts';
import { RemoteWebhooks } from '../../client/webhooks.ts';
import { GafferError } from '../../errors.ts';
import type { JobOverview } from '../../job/info.ts';
import { DEFAULT_SESSION, parseJobName } from '../../job/name.ts';
import type { WebhookInfo } from '../../protocol/webhook.ts';
import { hasCode, onAccounts } from '../accounts.ts';
import type { Connection } from '../connection.ts';
import { type NodeFlagValues, remoteOptions } from '../node-options.ts';
import { onNode } from '../on-node.ts';
import { findPipe } from '../pipe-name.ts';
import type { Known, KnownJob } from './known.ts';
import type { Source } from './wanted.ts';

/** What a node is asked. */
export interface NodeQuestion {
  readonly sources: ReadonlySet<Source>;
  readonly place: NodeFlagValues;
  /** Lookupds are asked in place of a node. */
  readonly isOfLookupds: boolean;
  /** The `gaffer start` of this folder counts where no node is named. */
  readonly isLocalToo: boolean;
  /** The words before the unfinished one: the first can name a process. */
  readonly args: readonly string[];
}

/** Asks a node for names; what it refuses to tell stays empty. @throws GafferError where it cannot be asked */
export async function askNode({ sources, place, isLocalToo, args }: NodeQuestion): Promise<Partial<Known>> {
  const parts: Partial<Known>[] = [];
  if (sources.has('users')) {
    const users = await unlessRefused(
      onAccounts(place, (accounts) => accounts.users()),
      [],
    );
    parts.push({ users: users.map(({ name, type }) => ({ name, about: type === 0 ? 'a person' : 'an application' })) });
  }
  if (sources.has('keys')) {
    const keys = await unlessRefused(
      onAccounts(place, (accounts) => accounts.keys()),
      [],
    );
    parts.push({ keys: keys.map(({ id: name, label: about }) => ({ name, about })) });
  }
  if (sources.has('webhooks')) {
    const webhooks = await unlessRefused(webhooksOf(place), []);
    parts.push({ webhooks: webhooks.map(({ id: name, event, url }) => ({ name, about: `${event} to ${url}` })) });
  }
  if (sources.has('jobs')) {
    parts.push(await onPlace(place, isLocalToo, async ({ node, app }) => ({ app, jobs: (await seenJobs(node, app, place)).map(knownJob) })));
  }
  if (sources.has('streams')) {
    parts.push(await onPlace(place, isLocalToo, (connection) => unlessRefused(streamsOf(connection, args[0] ?? ''), {})));
  }
  return Object.assign({}, ...parts) as Partial<Known>;
}

async function webhooksOf(place: NodeFlagValues): Promise<readonly WebhookInfo[]> {
  const webhooks = new RemoteWebhooks(await remoteOptions(place));
  try {
    return await webhooks.list();
  } finally {
    webhooks.close();
  }
}

async function onPlace<T>(place: NodeFlagValues, isLocalToo: boolean, act: (connection: Pick<Connection, 'node' | 'app'>) => Promise<T>): Promise<T> {
  if (isLocalToo) {
    return await onNode(place, act);
  }
  const node = new RemoteNode(await remoteOptions(place));
  try {
    return await act({ node, app: DEFAULT_SESSION });
  } finally {
    node.close();
  }
}

/** All jobs, or where one may not see all, those that the own key tells of. */
async function seenJobs(node: RemoteNode, app: string, place: NodeFlagValues): Promise<readonly JobOverview[]> {
  const all = await unlessRefused(node.overview(), undefined);
  if (all !== undefined) {
    return all;
  }
  const targets = await unlessRefused(targetsOfKey(place), []);
  const asked = [...new Set([app, ...targets])].filter((target) => target !== '' && target !== '*').slice(0, MOST_TARGETS);
  const answers = asked.map((target) => (target.includes('.') ? node.jobOverview(parseJobName(target)).then((job) => [job]) : node.overview(target)));
  const jobs = (await Promise.all(answers.map((answer) => unlessRefused(answer, [])))).flat();
  return [...new Map(jobs.map((job) => [job.name, job])).values()];
}

/** A key for more is asked for some of it. */
const MOST_TARGETS = 16;

async function targetsOfKey(place: NodeFlagValues): Promise<readonly string[]> {
  const { permissions } = await onAccounts(place, (accounts) => accounts.key(OWN_KEY));
  return [...permissions.manage, ...permissions.write, ...permissions.read];
}

function knownJob({ name, cmd, state, processes }: JobOverview): KnownJob {
  const about = state === 'started' ? cmd : `${state.replaceAll('_', ' ')}: ${cmd}`;
  return { ...parseJobName(name), about, processes: processes.filter(({ stopping }) => !stopping) };
}

async function streamsOf(connection: Pick<Connection, 'node' | 'app'>, word: string): Promise<Pick<Known, 'outputs' | 'customStreams'>> {
  const { pid } = await findPipe({ ...connection, local: undefined }, word);
  const { redirect_output: outputs, custom_streams: customStreams } = await connection.node.processInfo(pid);
  return { outputs, customStreams };
}

/** The answer, or what stands for it where it was refused, or there is nothing to tell of. */
async function unlessRefused<T, Else>(answer: Promise<T>, otherwise: Else): Promise<T | Else> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GafferError && REFUSALS.some((code) => hasCode(error, code))) {
      return otherwise;
    }
    throw error;
  }
}

const REFUSALS = ['unauthorized', 'forbidden', 'session_not_found', 'job_not_found', 'process_not_found', 'key_not_found', 'bad_answer'] as const;
