import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type NodeQuestion, nodeFacts } from '../../../src/doctor/facts/node.ts';
import { TestAuthority } from '../../support/certificates.ts';

const SECRET = '0123456789abcdef0123456789abcdef';

/** A server that answers as it is told, and what it was asked. */
async function serve(
  answer: RequestListener,
  tls?: { readonly cert: string; readonly key: string },
): Promise<{ readonly port: number; readonly asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const listener: RequestListener = (request, response) => {
    asked.push(request);
    answer(request, response);
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, asked };
}

function question(endpoint: string, more: Partial<NodeQuestion> = {}): NodeQuestion {
  return { endpoint, wasNamed: true, tls: undefined, key: undefined, timeoutMs: 5000, ...more };
}

/** Answers as a node without keys that has no guard: whoever asks gets what he wants. */
const careless: RequestListener = ({ url }, response) => {
  response.end(JSON.stringify(url === '/version' ? { name: 'gaffer', version: '1.2.3' } : { jobs: [] }));
};

describe('a node that is asked', () => {
  it('tells its version, and whether it lets in pages and other names', async () => {
    const { port, asked } = await serve(careless);
    expect(await nodeFacts(question(`http://127.0.0.1:${port}`))).toMatchObject({
      kind: 'found',
      version: '1.2.3',
      isLocal: true,
      isSocket: false,
      withoutKey: 200,
      otherOrigin: 200,
      otherHost: 200,
      otherChannel: 200,
      key: undefined,
    });
    expect(asked.map(({ method, url, headers: { host, origin } }) => [method, url, host, origin])).toEqual([
      ['GET', '/version', `127.0.0.1:${port}`, undefined],
      ['GET', '/jobs', `127.0.0.1:${port}`, undefined],
      ['GET', '/jobs', `127.0.0.1:${port}`, 'https://gaffer-doctor.invalid'],
      ['GET', '/jobs', 'gaffer-doctor.invalid', undefined],
      ['GET', '/channel/websocket', `127.0.0.1:${port}`, 'https://gaffer-doctor.invalid'],
    ]);
  });

  it('tells the difference of the clocks', async () => {
    const { port } = await serve((request, response) => {
      response.setHeader('date', new Date(Date.now() + 3_600_000).toUTCString());
      careless(request, response);
    });
    const facts = await nodeFacts(question(`http://127.0.0.1:${port}`));
    expect(facts.kind === 'found' && Math.round((facts.aheadMs ?? 0) / 60_000)).toBe(60);
  });

  it('is no node when it says something else', async () => {
    const { port, asked } = await serve((_request, response) => response.end('<html>'));
    expect(await nodeFacts(question(`http://127.0.0.1:${port}`, { key: { secret: SECRET, isKept: true } }))).toMatchObject({
      kind: 'found',
      version: undefined,
    });
    expect(asked).toHaveLength(1);
    expect(JSON.stringify(asked.map(({ headers }) => headers))).not.toContain(SECRET);
  });

  it('is lost when it does not answer in time', async () => {
    const { port } = await serve(() => undefined);
    expect(await nodeFacts(question(`http://127.0.0.1:${port}`, { timeoutMs: 50 }))).toMatchObject({
      kind: 'lost',
      reason: `http://127.0.0.1:${port} has not answered within 0.05 s`,
      isUntrusted: false,
    });
  });

  it('is lost when nobody listens', async () => {
    expect(await nodeFacts(question('http://127.0.0.1:1', { wasNamed: false }))).toMatchObject({ kind: 'lost', isUntrusted: false, wasNamed: false });
  });

  it('gets no request at all, and no key, when its certificate can’t be trusted', async () => {
    const authority = new TestAuthority();
    const { port, asked } = await serve(careless, authority.server());
    const facts = await nodeFacts(question(`https://localhost:${port}`, { key: { secret: SECRET, isKept: true } }));
    expect(facts).toMatchObject({ kind: 'lost', isUntrusted: true });
    expect(asked).toEqual([]);
    const trusted = await nodeFacts(question(`https://localhost:${port}`, { tls: { ca: authority.ca } }));
    expect(trusted).toMatchObject({ kind: 'found', tls: { protocol: 'TLSv1.3' }, otherHost: 200 });
  });

  it.each([
    [403, { message: 'expected a key that may manage everything (*); key-1 may not' }, 'some'],
    [403, { message: 'expected a key of this node, got one that it does not know' }, 'unknown'],
    [401, {}, 'unknown'],
    [200, { jobs: [] }, 'all'],
  ])('that answers the key with %i is told of', async (status, body, rights) => {
    const { port } = await serve((request, response) => {
      const isShown = request.headers['x-api-key'] === SECRET;
      if (request.url !== '/version') {
        response.statusCode = isShown ? (request.url === '/users' ? 403 : status) : 401;
      }
      response.end(JSON.stringify(request.url === '/version' ? { name: 'gaffer', version: '1' } : body));
    });
    const key = { secret: SECRET, isKept: false };
    expect(await nodeFacts(question(`http://127.0.0.1:${port}`, { key }))).toMatchObject({
      withoutKey: 401,
      otherOrigin: undefined,
      key: { isKept: false, rights },
    });
  });
});
