import { createPrivateKey } from 'node:crypto';
import { describe, expect } from 'vitest';
import { TestAuthority } from '../support/certificates.ts';
import { freePort } from '../support/free-port.ts';
import type { Gafferd } from '../support/gafferd.ts';
import { type TestMachine, test } from '../support/machine.ts';
import { Program, type ProgramResult } from '../support/program.ts';

const authority = new TestAuthority();

/** gafferd behind TLS, and gaffer as its users start it. */
class TlsRig {
  readonly #machine: TestMachine;
  daemon!: Gafferd;

  constructor(machine: TestMachine) {
    this.#machine = machine;
    this.write('ca.pem', authority.ca);
    this.write('me', authority.client());
    this.write('server', authority.server());
  }

  /** @param ssl more lines of `[ssl]` @param bind where, if not anywhere */
  async start(ssl: readonly string[] = [], bind = '127.0.0.1:0'): Promise<void> {
    this.#machine.configure('[ssl]', 'certfile = server.pem', 'keyfile = server.key', ...ssl);
    this.daemon = await this.#machine.start([], { bind: ['--bind', bind] });
  }

  get url(): string {
    return (this.daemon.urls[0] ?? '').replace('127.0.0.1', 'localhost');
  }

  /** The path of a file. */
  at(name: string): string {
    return `${this.#machine.root}/${name}`;
  }

  write(name: string, what: string | { readonly cert: string; readonly key: string }): void {
    if (typeof what === 'string') {
      this.#machine.write(name, what);
    } else {
      this.write(`${name}.pem`, what.cert);
      this.write(`${name}.key`, what.key);
    }
  }

  spawn(args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
    const settings = { GAFFER_ENDPOINT: this.url, GAFFER_CONFIG: this.at('gaffer.ini'), ...env };
    return new Program(args, { cwd: this.#machine.root, env: this.#machine.env(settings) });
  }

  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ProgramResult> {
    return await this.spawn(args, env).result();
  }

  /** What a command says that fails, with the node's address as a word. */
  async complaint(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, env);
    expect([stdout, stderr.match(/\n/g)?.length, code === 0]).toEqual(['', 1, false]);
    return stderr.trimEnd().replaceAll(/:\d{4,5}/g, ':PORT');
  }
}

const tlsTest = test.extend<{ tls: TlsRig }>({
  tls: async ({ machine }, use) => {
    await use(new TlsRig(machine));
  },
});

describe('a node with TLS', () => {
  tlsTest('is talked to with its authority by option, by variable and by the configuration of the user', async ({ tls }) => {
    await tls.start(['cacert = ca.pem', 'cert_reqs = required']);
    const options = ['--cacert', 'ca.pem', '--certfile', 'me.pem', '--keyfile', 'me.key'];
    const variables = { GAFFER_CACERT: 'ca.pem', GAFFER_CERTFILE: 'me.pem', GAFFER_KEYFILE: 'me.key' };
    expect(await tls.run(['apps', ...options])).toMatchObject({ code: 0, stderr: '' });
    expect(await tls.run(['apps'], variables)).toMatchObject({ code: 0, stderr: '' });
    expect(await tls.complaint(['apps'])).toContain('is not trusted here');

    tls.write('gaffer.ini', `[node "${tls.url}/"]\ncacert = ca.pem\ncertfile = me.pem\nkeyfile = me.key`);
    expect(await tls.run(['apps'], { GAFFER_CONFIG: 'gaffer.ini' })).toMatchObject({ code: 0, stderr: '' });
    expect(await tls.run(['apps'])).toMatchObject({ code: 0, stderr: '' });

    tls.write('other.pem', new TestAuthority().ca);
    expect(await tls.complaint(['apps', '--cacert', 'other.pem'])).toContain('is not trusted here'); // the option wins
    tls.write('other', new TestAuthority().client());
    expect(await tls.complaint(['apps', '--certfile', 'other.pem', '--keyfile', 'other.key'])).toContain('does not accept the certificate');

    const { cert, key } = authority.client();
    tls.write('both.pem', `${key}${cert}`);
    expect(await tls.run(['apps', '--certfile', 'both.pem'])).toMatchObject({ code: 0 });
    tls.write('locked.key', createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' }).toString());
    const locked = ['apps', '--certfile', 'both.pem', '--keyfile', 'locked.key'];
    expect(await tls.complaint(locked)).toBe('gaffer: --keyfile: locked.key: the key is encrypted: its passphrase is needed (GAFFER_KEY_PASSPHRASE)');
    expect(await tls.run(locked, { GAFFER_KEY_PASSPHRASE: 'open' })).toMatchObject({ code: 0 });
  });

  tlsTest('is not talked to when something about the certificates is wrong, and one line says what', async ({ tls }) => {
    await tls.start(['cacert = ca.pem', 'cert_reqs = required']);
    const ca = ['apps', '--cacert', 'ca.pem'];
    tls.write('other', authority.client());
    tls.write('old', authority.client({ from: -9, until: -2 }));
    tls.write('text', 'hello');
    const rows: readonly (readonly [readonly string[], string | RegExp])[] = [
      [ca, 'https://localhost:PORT asks for a certificate of yours: name it with --certfile, and its key with --keyfile'],
      [['apps', '--cacert', 'no.pem'], '--cacert: cannot read no.pem: there is no such file'],
      [['apps', '--cacert', '.'], /^--cacert: cannot read \.: EISDIR/],
      [['apps', '--cacert', 'text'], '--cacert: text: expected a certificate (-----BEGIN CERTIFICATE-----), got none'],
      [[...ca, '--certfile', 'me.pem'], '--certfile: me.pem: expected a private key (-----BEGIN PRIVATE KEY-----), got none'],
      [[...ca, '--keyfile', 'me.key'], '--keyfile: expected --certfile beside it, the certificate that it is the key of'],
      [
        [...ca, '--certfile', 'me.pem', '--keyfile', 'other.key'],
        '--keyfile: other.key: expected the key of the certificate (--certfile: me.pem), got the key of another one',
      ],
      [
        [...ca, '--certfile', 'old.pem', '--keyfile', 'old.key'],
        /^--certfile: old\.pem: the certificate has expired on \d{4}-\d\d-\d\d: name another one$/,
      ],
      [['apps', '-g', tls.url.replace('https:', 'http:')], 'this address speaks TLS: use https:// here'],
    ];
    for (const [args, message] of rows) {
      const said = (await tls.complaint(args)).replace(/^gaffer: /, '');
      expect([args, said]).toEqual([args, typeof message === 'string' ? message : expect.stringMatching(message)]);
    }
    tls.write('gaffer.ini', `[node "${tls.url}"]\ncacert = text`);
    expect(await tls.complaint(['apps'])).toBe(
      `gaffer: ${tls.at('gaffer.ini')}: [node "https://localhost:PORT"] cacert: ${tls.at('text')}: expected a certificate (-----BEGIN CERTIFICATE-----), got none`,
    );
  });

  tlsTest('that comes back with a certificate that is not trusted is not waited for', async ({ tls }) => {
    const job = ['[process:web]', 'cmd = echo hello; exec sleep 1000', 'shell = yes', 'redirect_output = out'];
    const port = await freePort();
    await tls.start(job, `127.0.0.1:${port}`);
    const following = tls.spawn(['logs', '-f', '--cacert', 'ca.pem']);
    await following.stdout.until('hello');
    await tls.daemon.end('SIGTERM');
    await following.stderr.until('has gone away: waiting for it');
    tls.write('server', new TestAuthority().server());
    await tls.start([], `127.0.0.1:${port}`);
    const { code, stderr } = await following.result();
    expect(code).toBe(1);
    expect(stderr).toMatch(/\ngaffer: the certificate of https:\/\/localhost:\d+ is not trusted here: "authority of a test" has signed it[^\n]*\n$/);
  });

  tlsTest('wants keys as ever: a certificate opens no door', async ({ tls, machine }) => {
    machine.configure('require_key = yes', '[ssl]', 'certfile = server.pem', 'keyfile = server.key', 'cacert = ca.pem', 'cert_reqs = required');
    tls.daemon = await machine.start();
    const options = ['--cacert', 'ca.pem', '--certfile', 'me.pem', '--keyfile', 'me.key'];
    expect(await tls.complaint(['apps', ...options])).toContain('gaffer: Unauthorized access. You need an API key');
    expect(await tls.complaint(['apps', '--cacert', 'ca.pem', '--api-key', '0'.repeat(32)])).toContain('asks for a certificate of yours');
  });
});
