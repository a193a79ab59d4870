import { GafferError } from '../errors.ts';
import { parseEndpoint } from './endpoint.ts';
import { HttpClient } from './http.ts';
import type { RemoteNodeOptions } from './remote-node.ts';

/** A lookupd that a node registers with, as the node tells it. */
export interface RemoteLookupd {
  readonly address: string;
  /** Who the node says there that it is, and where. */
  readonly name: string;
  readonly origin: string;
  readonly state: 'connected' | 'connecting' | 'waiting';
  /** Seconds since the epoch: since when it is connected, or is not. */
  readonly since: number;
  /** Why it is not connected. */
  readonly last_error: string | null;
  /** How many it was told of. */
  readonly jobs: number;
  readonly processes: number;
}

/** Asks a node for the lookupd servers that it registers with; undefined where the key may not know, or the node knows of no such thing. @throws GafferError */
export async function askLookupds(options: RemoteNodeOptions): Promise<readonly RemoteLookupd[] | undefined> {
  const http = new HttpClient({ ...options, endpoint: parseEndpoint(options.endpoint) });
  try {
    return (http.valueOf(await http.ask('GET', '/lookupds')) as { lookupds: RemoteLookupd[] }).lookupds;
  } catch (error) {
    if (error instanceof GafferError && (error.code === 'forbidden' || error.status === 404)) {
      return undefined;
    }
    throw error;
  } finally {
    http.close();
  }
}
