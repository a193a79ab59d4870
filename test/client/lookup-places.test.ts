import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Lookup, type LookupOptions } from '../../src/client/lookup.ts';
import type { LookupEvent } from '../../src/protocol/lookup-event.ts';
import { TestAuthority } from '../support/certificates.ts';
import { LookupRig } from '../support/lookup-rig.ts';

/** Passes every connection on to the lookupd. */
const passOn =
  ({ port }: LookupRig) =>
  (socket: Socket): void => {
    const inside = connect(port, '127.0.0.1');
    socket.pipe(inside).pipe(socket);
    for (const end of [socket, inside]) {
      end.on('error', () => {
        socket.destroy();
        inside.destroy();
      });
    }
  };

async function listening(server: Server, place: { readonly path: string } | { readonly port: 0; readonly host: string }): Promise<Server> {
  server.listen(place);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server;
}

/** The nodes that are known there, and the first event that is told there after that. */
async function tellsAt(options: LookupOptions, rig: LookupRig): Promise<void> {
  await (await rig.node()).register('one');
  const lookup = new Lookup(options);
  onTestFinished(() => lookup.close());
  expect((await lookup.nodes()).map(({ name }) => name)).toEqual(['one']);
  const events: LookupEvent[] = [];
  const { feed } = await lookup.events((event) => void events.push(event));
  await (await rig.node()).register('two');
  await expect.poll(() => events.map((event) => event.event)).toContain('identify');
  feed.end();
}

describe('a lookupd is asked and followed', () => {
  it('at a unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gaffer-lookup-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const rig = await LookupRig.open();
    const path = join(folder, 'l.sock');
    await listening(createServer(passOn(rig)), { path });
    await tellsAt({ endpoint: `unix://${path}` }, rig);
  });

  it('over TLS, with a certificate of its own', async () => {
    const authority = new TestAuthority();
    const rig = await LookupRig.open({ allowedHosts: '*' });
    const asking = { ...authority.server(), ca: authority.ca, requestCert: true, rejectUnauthorized: true };
    const server = await listening(createTlsServer(asking, passOn(rig)), { port: 0, host: '127.0.0.1' });
    const endpoint = `https://localhost:${(server.address() as AddressInfo).port}`;
    await tellsAt({ endpoint, tls: { ca: authority.ca, ...authority.client() } }, rig);
    const stranger = new Lookup({ endpoint });
    onTestFinished(() => stranger.close());
    await expect(stranger.nodes()).rejects.toMatchObject({ code: 'tls_failed' });
  });
});
