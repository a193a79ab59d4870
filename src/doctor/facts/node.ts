import type { TlsMaterial } from '../../certificates/material.ts';
import { GAFFER_ADVICE } from '../../client/advice.ts';
import { parseEndpoint } from '../../client/endpoint.ts';
import { explainFailure } from '../../client/failure.ts';
import { isLocal as isLocalAddress, parseAddress } from '../../daemon/config/address.ts';
import { GafferError } from '../../errors.ts';
import type { FoundNode, NodeFacts, ShownKey } from '../checks/node.ts';
import { type ProbeAnswer, type ProbeOptions, probe } from './probe.ts';

/** The node that is asked, and with what. */
export interface NodeQuestion {
  readonly endpoint: string;
  /** Whether somebody has named it. */
  readonly wasNamed: boolean;
  readonly tls: TlsMaterial | undefined;
  readonly key: { readonly secret: string; readonly isKept: boolean } | undefined;
  readonly timeoutMs: number;
}

/** A name that is nobody's, and a page there. */
const STRANGER = 'gaffer-doctor.invalid';

const PAGE = `https://${STRANGER}`;

/** What makes a request one for a WebSocket. */
const WEBSOCKET = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': Buffer.from('gaffer doctor 16').toString('base64'),
};

/** Asks a node what everybody may ask, then what nobody should be allowed to. Nothing is changed there. */
export async function nodeFacts(question: NodeQuestion): Promise<NodeFacts> {
  const endpoint = parseEndpoint(question.endpoint);
  const { tls, timeoutMs, wasNamed } = question;
  const options = { endpoint, tls, timeoutMs };
  try {
    const version = await probe(options, '/version');
    return { kind: 'found', ...(await foundNode(options, version, question)) };
  } catch (error) {
    const attempt = { endpoint, advice: GAFFER_ADVICE, hasCertificate: tls?.cert !== undefined, hasBegun: false };
    const failure = error instanceof GafferError ? error : await explainFailure(error, attempt);
    return { kind: 'lost', place: endpoint.text, reason: failure.message, isUntrusted: failure.code === 'tls_failed', wasNamed };
  }
}

async function foundNode(options: ProbeOptions, version: ProbeAnswer, { key }: NodeQuestion): Promise<FoundNode> {
  const { text: place, origin, socketPath } = options.endpoint;
  const isSocket = socketPath !== undefined;
  const found = {
    place,
    isSocket,
    isLocal: isSocket || isLocalOrigin(origin),
    version: versionIn(version),
    tls: version.tls,
    aheadMs: aheadMs(version),
  };
  const status = async (headers: Readonly<Record<string, string>>): Promise<number> => (await probe(options, '/jobs', headers)).status;
  const withoutKey = found.version === undefined ? 0 : await status({});
  const isTried = found.version !== undefined && !isSocket && withoutKey === 200;
  const [otherOrigin, otherHost, otherChannel] = isTried
    ? [
        await status({ origin: PAGE }),
        await status({ host: STRANGER }),
        (await probe(options, '/channel/websocket', { ...WEBSOCKET, origin: PAGE })).status,
      ]
    : [];
  const shown = key === undefined || found.version === undefined ? undefined : await shownKey(options, key);
  return { ...found, withoutKey, otherOrigin, otherHost, otherChannel, key: shown };
}

/** What a key may do, found out by asking for lists. */
async function shownKey(options: ProbeOptions, { secret, isKept }: { readonly secret: string; readonly isKept: boolean }): Promise<ShownKey> {
  const ask = async (path: string): Promise<ProbeAnswer> => await probe(options, path, { 'x-api-key': secret });
  const jobs = await ask('/jobs');
  if (jobs.status !== 200) {
    return { isKept, rights: isAboutRights(jobs) ? 'some' : 'unknown' };
  }
  return { isKept, rights: (await ask('/users')).status === 200 ? 'admin' : 'all' };
}

/** A key that is known, but may not, is refused with what it would have to be allowed. */
function isAboutRights({ json }: ProbeAnswer): boolean {
  const { message } = (typeof json === 'object' && json !== null ? json : {}) as { readonly message?: unknown };
  return typeof message === 'string' && message.startsWith('expected a key that may');
}

function versionIn({ status, json }: ProbeAnswer): string | undefined {
  const { name, version } = (typeof json === 'object' && json !== null ? json : {}) as { readonly name?: unknown; readonly version?: unknown };
  return status === 200 && name === 'gaffer' && typeof version === 'string' ? version : undefined;
}

/** The answer was dated somewhere on its way, to the second. */
function aheadMs({ headers: { date }, tookMs }: ProbeAnswer): number | undefined {
  const theirs = Date.parse(date ?? '');
  return Number.isNaN(theirs) ? undefined : theirs + 500 - (Date.now() - tookMs / 2);
}

function isLocalOrigin(origin: string): boolean {
  return isLocalAddress(parseAddress(new URL(origin).host));
}
