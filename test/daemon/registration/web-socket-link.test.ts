import { type AddressInfo, createServer as createRawServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clientTlsOf } from '../../../src/daemon/registration/registrations.ts';
import { WebSocketLink, type WebSocketTarget } from '../../../src/daemon/registration/web-socket-link.ts';
import { TestAuthority } from '../../support/certificates.ts';
import { FakeLookupd } from '../../support/fake-lookupd.ts';

/** A link, and what it tells. */
class Opened {
  readonly told: string[] = [];
  readonly link: WebSocketLink;
  #onTold: () => void = () => undefined;

  constructor(target: Partial<WebSocketTarget> & { readonly address: string }) {
    const tell = (text: string): void => {
      this.told.push(text);
      this.#onTold();
    };
    this.link = new WebSocketLink(
      { key: undefined, tls: () => ({}), ...target },
      { onOpen: () => tell('open'), onMessage: (text) => tell(text), onEnd: (reason) => tell(`end: ${reason}`) },
    );
    onTestFinished(() => this.link.breakOff());
  }

  /** Resolves when it has told that much. */
  async until(count: number): Promise<void> {
    while (this.told.length < count) {
      await new Promise<void>((resolve) => {
        this.#onTold = resolve;
      });
    }
  }
}

/** A server that does what it likes with connections. */
async function rawServer(onSocket: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) {
      socket.destroy();
    }
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a link', () => {
  it('is a WebSocket to /ws, with the key, and says good-bye', async () => {
    const lookupd = await FakeLookupd.open();
    const opened = new Opened({ address: lookupd.url, key: 'secret' });
    await opened.until(1);
    opened.link.send('{"type":"PING","msgid":"1"}');
    await opened.until(2);
    expect(opened.told).toEqual(['open', '{"ok":true,"msgid":"1"}']);
    expect(lookupd.last).toMatchObject({ path: '/ws', headers: { 'x-api-key': 'secret' } });
    expect(lookupd.last.headers['sec-websocket-extensions']).toBeUndefined();
    await opened.link.close();
    expect(lookupd.last.isOpen).toBe(false);
    expect(opened.told).toHaveLength(2);
  });

  it('shows a user and a password that the address has', async () => {
    const lookupd = await FakeLookupd.open();
    const opened = new Opened({ address: lookupd.url.replace('//', '//me:pa55@') });
    await opened.until(1);
    expect(lookupd.last.headers.authorization).toBe(`Basic ${Buffer.from('me:pa55').toString('base64')}`);
  });

  it('tells that it was cut', async () => {
    const lookupd = await FakeLookupd.open();
    const opened = new Opened({ address: lookupd.url });
    await opened.until(1);
    lookupd.cut();
    await opened.until(2);
    expect(opened.told).toEqual(['open', 'end: the connection was cut']);
  });

  it('tells why it could not be made, once', async () => {
    const gone = await FakeLookupd.open();
    const nobody = gone.url;
    await gone.close();
    const refusing = await FakeLookupd.open({ refuse: { status: 401, body: '{"error":"unauthorized","message":"a key is asked for"}' } });
    const endless = await rawServer((socket) => {
      socket.write('HTTP/1.1 403 No\r\n\r\n');
      socket.write('x'.repeat(100_000));
    });
    const odd = await rawServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    const hangsUp = await rawServer((socket) => socket.destroy());
    const reasons = await Promise.all(
      [nobody, refusing.url, endless, odd, hangsUp, 'http://127.0.0.1:1', 'unix:/nonexistent/lookupd.sock'].map(async (address) => {
        const opened = new Opened({ address });
        await opened.until(1);
        return opened.told;
      }),
    );
    expect(reasons).toEqual([
      ['end: nobody listens there'],
      ['end: it asks for a key; name a file with it with key_file in [lookup] ("a key is asked for")'],
      ['end: it does not let this node in'],
      [expect.stringMatching(/^end: "Parse Error/)],
      [expect.stringMatching(/^end: the connection was cut$/)],
      ['end: nobody listens there'],
      ['end: nobody listens there'],
    ]);
  });

  it('breaks off an answer that is larger than any', async () => {
    const lookupd = await FakeLookupd.open({ answer: () => 'x'.repeat(100_000) });
    const opened = new Opened({ address: lookupd.url });
    await opened.until(1);
    opened.link.send('{"type":"PING","msgid":"1"}');
    await opened.until(2);
    expect(opened.told[1]).toBe('end: "Max payload size exceeded"');
  });

  it.each(['before anything is there', 'while it connects'])('can be let go of %s', async (when) => {
    let connections = 0;
    const address = await rawServer(() => {
      connections += 1;
    });
    const opened = new Opened({ address });
    if (when === 'while it connects') {
      while (connections === 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await opened.link.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(opened.told).toEqual([]);
    expect(connections).toBe(when === 'while it connects' ? 1 : 0);
  });

  it('does not wait long for a good-bye', async () => {
    const lookupd = await FakeLookupd.open();
    const opened = new Opened({ address: lookupd.url });
    await opened.until(1);
    const frozen = await rawServer((socket) => {
      const accept = 'HTTP/1.1 101 Yes\r\nupgrade: websocket\r\nconnection: upgrade\r\n';
      socket.once('data', (head) => {
        const key = /sec-websocket-key: (\S+)/i.exec(head.toString())?.[1] ?? '';
        void crypto.subtle.digest('SHA-1', Buffer.from(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)).then((hash) => {
          socket.write(`${accept}sec-websocket-accept: ${Buffer.from(hash).toString('base64')}\r\n\r\n`);
          socket.pause();
        });
      });
    });
    const other = new Opened({ address: frozen });
    await other.until(1);
    const beginMs = performance.now();
    await other.link.close();
    expect(performance.now() - beginMs).toBeLessThan(10_000); // half a second, and not the 30 that the library waits
  });
});

describe('a link with TLS', () => {
  const authority = new TestAuthority();

  it('trusts whom it is told to, and nobody else', async () => {
    const lookupd = await FakeLookupd.open({ tls: authority.server() });
    const trusting = new Opened({ address: lookupd.url, tls: () => ({ ca: authority.ca }) });
    await trusting.until(1);
    const wary = new Opened({ address: lookupd.url });
    await wary.until(1);
    expect([trusting.told, wary.told]).toEqual([
      ['open'],
      ['end: its certificate is not trusted here; name its authority with --cacert, or cacert in [lookup_ssl]'],
    ]);
  });

  it('says what else is wrong', async () => {
    const tls = () => ({ ca: authority.ca });
    const outdated = await FakeLookupd.open({ tls: authority.server({ from: -10, until: -1 }) });
    const other = await FakeLookupd.open({ tls: authority.server({}, ['example.org']) });
    const plain = await FakeLookupd.open();
    const asking = await FakeLookupd.open({ tls: { ...authority.server(), ca: authority.ca, requestCert: true, rejectUnauthorized: true } });
    const reasons = await Promise.all(
      [outdated.url, other.url, plain.url.replace('http:', 'https:'), asking.url].map(async (address) => {
        const opened = new Opened({ address, tls });
        await opened.until(1);
        return opened.told[0];
      }),
    );
    expect(reasons).toEqual([
      'end: its certificate has run out',
      'end: its certificate is for other names',
      'end: it does not speak TLS; try http://',
      'end: it asks for a certificate; name one with --client-certfile and --client-keyfile',
    ]);
    const shown = new Opened({ address: asking.url, tls: () => ({ ...tls(), ...authority.client() }) });
    await shown.until(1);
    expect(shown.told).toEqual(['open']);
  });

  it('tells that a file of its own can not be read, and looks at certificates unless it is told not to', async () => {
    const lookupd = await FakeLookupd.open({ tls: authority.server() });
    const settings = { certfile: undefined, keyfile: undefined, cacert: '/nonexistent/ca.pem', passphrase: undefined } as const;
    const more = { ciphers: undefined, minVersion: undefined, maxVersion: undefined };
    const opened = new Opened({ address: lookupd.url, tls: () => clientTlsOf({ ...settings, ...more, peerCertificate: undefined }) });
    await opened.until(1);
    expect(opened.told).toEqual(['end: cannot read /nonexistent/ca.pem: there is no such file']);
    for (const [peerCertificate, said] of [
      ['optional', 'end: its certificate is not trusted'],
      ['none', 'open'],
    ] as const) {
      const one = new Opened({ address: lookupd.url, tls: () => clientTlsOf({ ...settings, cacert: undefined, ...more, peerCertificate }) });
      await one.until(1);
      expect(one.told[0]).toContain(said);
    }
  });
});
