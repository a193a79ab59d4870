import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/** Whether there is an etcd to test with (Debian: etcd-server). */
export const HAS_ETCD = spawnSync('etcd', ['--version']).status === 0;

/** What of an etcd is another one than usual. */
export interface EtcdTestOptions {
  /** Flags besides those that say where it is. */
  readonly args?: readonly string[];
  /** Files with which it serves TLS as well; with `ca` it asks for certificates. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };
}

interface Ports {
  readonly client: number;
  readonly peer: number;
  readonly tls: number;
}

/** A real etcd with one member, with leases from one second. Whoever starts it ends it. */
export class TestEtcd {
  readonly #folder = mkdtempSync(join(tmpdir(), 'gaffer-etcd-'));
  readonly #options: EtcdTestOptions;
  readonly #ports: Ports;
  #process: ChildProcess | undefined;
  readonly #killIt = (): void => {
    this.#process?.kill('SIGKILL');
  };

  private constructor(ports: Ports, options: EtcdTestOptions) {
    this.#ports = ports;
    this.#options = options;
    process.once('exit', this.#killIt);
  }

  static async start(options: EtcdTestOptions = {}): Promise<TestEtcd> {
    const etcd = new TestEtcd({ client: await freePort(), peer: await freePort(), tls: await freePort() }, options);
    await etcd.startAgain();
    return etcd;
  }

  get port(): number {
    return this.#ports.client;
  }

  /** Where it serves TLS. */
  get tlsPort(): number {
    return this.#ports.tls;
  }

  /** As a lookupd is told it. @param prefix what its keys begin with */
  address(prefix: string, port = this.port): string {
    return `etcd://127.0.0.1:${port}/${prefix}`;
  }

  /** Starts it with what it has kept. */
  async startAgain(): Promise<void> {
    const { tls } = this.#options;
    const [plain, peer] = [`http://127.0.0.1:${this.#ports.client}`, `http://127.0.0.1:${this.#ports.peer}`];
    const client = tls === undefined ? plain : `${plain},https://127.0.0.1:${this.#ports.tls}`;
    const flags = {
      'data-dir': this.#folder,
      'listen-client-urls': client,
      'advertise-client-urls': client,
      'listen-peer-urls': peer,
      'initial-advertise-peer-urls': peer,
      'initial-cluster': `default=${peer}`,
      'heartbeat-interval': '20',
      'election-timeout': '200',
      'log-level': 'error',
      ...(tls !== undefined && { 'cert-file': tls.cert, 'key-file': tls.key }),
      ...(tls?.ca !== undefined && { 'trusted-ca-file': tls.ca, 'client-cert-auth': 'true' }),
    };
    const args = [...Object.entries(flags).map(([name, value]) => `--${name}=${value}`), ...(this.#options.args ?? [])];
    this.#process = spawn('etcd', args, { stdio: 'ignore' });
    for (let tries = 0; !(await this.#answers()); tries += 1) {
      if (tries > 200) {
        throw new Error('expected etcd to answer');
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** It does nothing any more, and does not say so. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Ends it without a word; what it has kept stays. */
  async kill(): Promise<void> {
    const ended = this.#process;
    this.#process = undefined;
    if (ended !== undefined) {
      const exit = once(ended, 'exit');
      ended.kill('SIGKILL');
      await exit;
    }
  }

  /** Everything that it has kept is lost; it has to be ended before. */
  wipe(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Ends it, and removes what it has kept. */
  async end(): Promise<void> {
    process.off('exit', this.#killIt);
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Lets nobody in any more who has no password. */
  async lock(password: string): Promise<void> {
    await this.call('auth/user/add', { name: 'root', password });
    await this.call('auth/role/add', { name: 'root' });
    await this.call('auth/user/grant', { user: 'root', role: 'root' });
    await this.call('auth/enable', {});
  }

  /** Asks it, as plainly as can be. @throws Error when it refuses */
  async call(path: string, body: object): Promise<Record<string, unknown>> {
    const response = await fetch(`http://127.0.0.1:${this.port}/v3/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) {
      throw new Error(`${path}: ${response.status} ${await response.text()}`);
    }
    return (await response.json()) as Record<string, unknown>;
  }

  /** Puts a text under a key. */
  async put(key: string, value: string): Promise<void> {
    await this.call('kv/put', { key: base64(key), value: base64(value) });
  }

  /** Keys that begin so, with their values and leases. */
  async keys(prefix: string): Promise<readonly { readonly key: string; readonly value: string; readonly lease: string | undefined }[]> {
    const { kvs } = (await this.call('kv/range', { key: base64(prefix), range_end: base64(`${prefix}\u{10ffff}`) })) as {
      kvs?: readonly { key: string; value?: string; lease?: string }[];
    };
    return (kvs ?? []).map(({ key, value = '', lease }) => ({ key: text(key), value: text(value), lease }));
  }

  /** Forgets how it has come to what it knows. */
  async compact(): Promise<void> {
    const { header } = (await this.call('kv/range', { key: base64('x') })) as { header: { revision: string } };
    await this.call('kv/compaction', { revision: header.revision, physical: true });
  }

  async #answers(): Promise<boolean> {
    try {
      await this.call('kv/range', { key: base64('x') });
      return true;
    } catch {
      return false;
    }
  }
}

function base64(value: string): string {
  return Buffer.from(value).toString('base64');
}

function text(value: string): string {
  return Buffer.from(value, 'base64').toString();
}
