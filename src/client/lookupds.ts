import { GafferError } from '../errors.ts';
import type { LookupdInfo } from '../protocol/lookupd-info.ts';
import { parseEndpoint } from './endpoint.ts';
import { HttpClient } from './http.ts';
import type { RemoteNodeOptions } from './remote-node.ts';

/** Asks a node for the lookupd servers that it registers with; undefined where the key may not know, or the node knows of no such thing. @throws GafferError */
export async function askLookupds(options: RemoteNodeOptions): Promise<readonly LookupdInfo[] | undefined> {
  const http = new HttpClient({ ...options, endpoint: parseEndpoint(options.endpoint) });
  try {
    return (http.valueOf(await http.ask('GET', '/lookupds')) as { lookupds: LookupdInfo[] }).lookupds;
  } catch (error) {
    if (error instanceof GafferError && (error.code === 'forbidden' || error.status === 404)) {
      return undefined;
    }
    throw error;
  } finally {
    http.close();
  }
}
