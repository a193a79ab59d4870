import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApi } from '../../src/api/server.ts';
import { RemoteNode } from '../../src/client/remote-node.ts';
import { Supervisor } from '../../src/supervisor/supervisor.ts';
import { describeNode, type OpenedNode } from './node-contract.ts';

/** A node behind the API, asked from here. @param socket the path of a unix socket; without it TCP is used */
async function openRemote(socket?: string): Promise<OpenedNode> {
  const supervisor = new Supervisor();
  const api = await buildApi(supervisor, { version: '0', allowedHosts: [], allowedOrigins: [] });
  const server = createServer(api.handle);
  await new Promise<void>((resolve) => {
    if (socket === undefined) {
      server.listen(0, '127.0.0.1', resolve);
    } else {
      server.listen(socket, resolve);
    }
  });
  const endpoint = socket === undefined ? `http://127.0.0.1:${(server.address() as AddressInfo).port}` : `unix://${socket}`;
  const node = new RemoteNode({ endpoint });
  return {
    node,
    close: async () => {
      node.close();
      await api.close();
      server.close();
      server.closeAllConnections();
      supervisor.killAll();
      await supervisor.stopAll();
      supervisor.close();
    },
  };
}

describeNode('a node over TCP', () => openRemote());

describeNode('a node over a unix socket', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gaffer-remote-'));
  const opened = await openRemote(join(folder, 'node.sock'));
  return {
    ...opened,
    close: async () => {
      await opened.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
