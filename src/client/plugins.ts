import { parseEndpoint } from './endpoint.ts';
import { HttpClient } from './http.ts';
import type { RemoteNodeOptions } from './remote-node.ts';

/** A plugin as a node tells it. */
export interface RemotePlugin {
  readonly name: string;
  readonly version?: string | null;
  readonly description?: string | null;
  /** It has files that are served. */
  readonly site: boolean;
  /** `site` is one that has nothing to start. */
  readonly state: 'site' | 'starting' | 'started' | 'failed' | 'stopped';
  /** Why it has failed. */
  readonly error?: string | null;
  /** Its files are not those any more that it was started from. */
  readonly edited?: boolean;
}

/** Asks a gafferd for its plugins. @throws GafferError */
export async function askPlugins(options: RemoteNodeOptions): Promise<readonly RemotePlugin[]> {
  const http = new HttpClient({ ...options, endpoint: parseEndpoint(options.endpoint) });
  try {
    return (http.valueOf(await http.ask('GET', '/plugins')) as { plugins: RemotePlugin[] }).plugins;
  } finally {
    http.close();
  }
}
