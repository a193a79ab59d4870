import { GafferError } from '../../errors.ts';
import { parseChannelMode } from '../../protocol/channel-mode.ts';
import type { PipesRequest } from './process-pipes.ts';

/** Which channel a request for a WebSocket is for. */
export type ChannelPath =
  | { readonly kind: 'control' }
  /** One of SockJS's transports. */
  | { readonly kind: 'sockjs' }
  | { readonly kind: 'process'; readonly pipes: PipesRequest }
  /** As 0.4 had it; no pipes where the path names no process. */
  | { readonly kind: 'plain'; readonly pipes: PipesRequest | undefined };

const CONTROL = /^\/channel\/websocket\/?$/;
const SOCKJS = /^\/channel\/[^/.]+\/[^/.]+\/websocket\/?$/;
const PROCESS = /^\/(\d{1,15})\/channel(?:\/(.+))?$/;
const PLAIN = /^\/wstreams\/([^/]+)$/;

/** Reads the path of a request for a WebSocket, as it stands in its first line. @throws GafferError `bad_request` for a part that can't be read */
export function parseChannelPath(url: string): ChannelPath | undefined {
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  if (CONTROL.test(path)) {
    return { kind: 'control' };
  }
  if (SOCKJS.test(path)) {
    return { kind: 'sockjs' };
  }
  const [, pid, label] = PROCESS.exec(path) ?? [];
  if (pid !== undefined) {
    const mode = parseChannelMode(new URLSearchParams(query).get('mode'));
    return { kind: 'process', pipes: { pid: Number(pid), stream: label === undefined ? undefined : decodePart(label), ...mode } };
  }
  const [, oldPid] = PLAIN.exec(path) ?? [];
  if (oldPid === undefined) {
    return undefined;
  }
  const isNumber = /^\d{1,15}$/.test(oldPid);
  return { kind: 'plain', pipes: isNumber ? { pid: Number(oldPid), stream: undefined, reads: true, writes: true } : undefined };
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new GafferError('bad_request', `expected the label of a stream behind /channel/, got "${text}"`, { cause: error });
  }
}
