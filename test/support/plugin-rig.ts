import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { PluginBook, PluginInfo } from '../../src/api/plugins/plugin-book.ts';
import { Log } from '../../src/daemon/log.ts';
import { PluginHost } from '../../src/daemon/plugins/plugin-host.ts';
import type { PluginLimits } from '../../src/daemon/plugins/plugin-limits.ts';
import type { PluginSettings } from '../../src/daemon/plugins/plugin-settings.ts';
import { OutputLog } from './output-log.ts';
import { openAccounts, type TestAccounts } from './test-accounts.ts';
import { openApi, type TestApi } from './test-api.ts';

/** The program that runs in plugins' threads; it has to be built. */
const THREAD = fileURLToPath(new URL('../../dist/programs/plugin-thread.cjs', import.meta.url));

/** Long enough for many threads on a machine that has much else to do. */
const PATIENT = { loadMs: 25_000, startMs: 25_000, patienceMs: 25_000 };

/** How a test runs plugins. */
export interface PluginRigOptions {
  readonly limits?: Partial<PluginLimits>;
  /** A key is asked for. */
  readonly isLocked?: boolean;
  readonly sections?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Plugins in threads of their own, and the API that serves them, in this process. */
export class PluginRig {
  /** The folder of plugins. */
  readonly dir: string;
  readonly api: TestApi;
  readonly keys: TestAccounts;
  readonly host: PluginHost;
  /** What was logged. */
  readonly log: OutputLog;
  readonly #sections: PluginRigOptions['sections'];

  private constructor(parts: Pick<PluginRig, 'dir' | 'api' | 'keys' | 'host' | 'log'>, sections: PluginRigOptions['sections']) {
    ({ dir: this.dir, api: this.api, keys: this.keys, host: this.host, log: this.log } = parts);
    this.#sections = sections;
  }

  /** Opens one for one test; no plugin is started yet. */
  static async open({ limits = {}, isLocked = false, sections }: PluginRigOptions = {}): Promise<PluginRig> {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'gaffer-test-')));
    const dir = join(root, 'plugins');
    const folder = join(root, 'run');
    mkdirSync(dir, { mode: 0o755 });
    mkdirSync(folder, { mode: 0o700 });
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    const keys = openAccounts();
    keys.accounts.require(isLocked);
    const log = new OutputLog();
    const writer = new Log({ level: 'debug', write: (_, bytes) => add(log, bytes) });
    let host: PluginHost | undefined;
    const env = { PATH: process.env['PATH'], LANG: 'C.UTF-8' };
    const api = await openApi({ accounts: keys.accounts, plugins: late(() => host), allowedOrigins: isLocked ? '*' : [] }, (node) => {
      host = new PluginHost({
        node,
        accounts: keys.accounts,
        version: '1.2.3',
        log: writer,
        env,
        folder,
        thread: THREAD,
        limits: { ...PATIENT, ...limits },
      });
      return node;
    });
    if (host === undefined) {
      throw new Error('expected a node');
    }
    const own = host;
    onTestFinished(() => own.stop());
    return new PluginRig({ dir, api, keys, host, log }, sections);
  }

  /** Writes a plugin: its index.mjs, or its files by their names. */
  write(name: string, files: string | Readonly<Record<string, string>>): void {
    for (const [file, text] of Object.entries(typeof files === 'string' ? { 'index.mjs': files } : files)) {
      const path = join(this.dir, name, file);
      mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
      writeFileSync(path, text);
    }
  }

  /** Removes a plugin, or one of its files. */
  remove(name: string, file = ''): void {
    rmSync(join(this.dir, name, file), { recursive: true, force: true });
  }

  get settings(): PluginSettings {
    return {
      dir: this.dir,
      sections: new Map(Object.entries(this.#sections ?? {})),
      configDir: dirname(this.dir),
      addresses: ['http://127.0.0.1:5000'],
    };
  }

  async start(): Promise<void> {
    await this.host.start(this.settings);
  }

  /** As at SIGHUP. */
  async reload(): Promise<void> {
    await this.host.reload(this.settings);
  }

  /** One of the plugins, as the API tells of it. */
  info(name: string): PluginInfo | undefined {
    return this.host.list().find((one) => one.name === name);
  }

  /** What was logged of a plugin. */
  said(name: string): readonly string[] {
    return this.log.text.split('\n').flatMap((line) => line.split(`] plugin ${name}: `)[1] ?? []);
  }
}

/** An application that starts with this text; `node` and `context` are there. */
export function starting(text: string, more = ''): string {
  return `export default { app: (config) => ({ async start(node, context) { ${text} } ${more === '' ? '' : `, ${more}`} }) };\n`;
}

/** A route at `/` with this text; `request` and `call` are there. @param need in code */
export function answering(text: string, need = "'public'"): string {
  return starting(`context.route('GET', '/', { need: ${need} }, async (request, call) => { ${text} });`);
}

function late(book: () => PluginBook | undefined): PluginBook {
  return new Proxy({} as PluginBook, {
    get: (_, name) => {
      const value: unknown = Reflect.get(book() ?? {}, name);
      return typeof value === 'function' ? (value.bind(book()) as unknown) : value;
    },
  });
}

function add(log: OutputLog, bytes: Uint8Array): number {
  log.add(Buffer.from(bytes));
  return bytes.length;
}
