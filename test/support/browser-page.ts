import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { BROWSER } from './browser.ts';
import { becomes } from './processes.ts';

/** A page in a browser, as its user would see it. */
export class BrowserPage {
  readonly #socket: WebSocket;
  #lastId = 0;
  readonly #waiting = new Map<number, (value: unknown) => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const { id = 0, result } = JSON.parse(data.toString()) as { id?: number; result?: { result?: { value?: unknown } } };
      this.#waiting.get(id)?.(result?.result?.value);
    });
  }

  /** Opens a page in a browser without a window; it is closed with the test. */
  static async open(url: string): Promise<BrowserPage> {
    const folder = mkdtempSync(join(tmpdir(), 'gaffer-browser-'));
    const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking'];
    const child = spawn(BROWSER ?? '', [...flags, `--user-data-dir=${folder}`, '--remote-debugging-port=0', '--remote-allow-origins=*', url], {
      stdio: 'ignore',
      detached: true,
      env: { ...process.env, TMPDIR: folder },
    });
    const { pid = 0 } = child;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    onTestFinished(async () => {
      process.kill(-pid, 'SIGKILL');
      await ended;
      await becomes(() => !isGroup(pid), 10_000);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    });
    const file = join(folder, 'DevToolsActivePort');
    await becomes(() => existsSync(file) && readFileSync(file, 'utf8').includes('\n'), 30_000);
    const [port = ''] = readFileSync(file, 'utf8').split('\n');
    const socket = new WebSocket(await debuggerOf(port, url));
    onTestFinished(() => socket.terminate());
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return new BrowserPage(socket);
  }

  /** What an expression is worth in the page. */
  async value(expression: string): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    const value = new Promise((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params: { expression, returnByValue: true, awaitPromise: true } }));
    return await value;
  }

  /** Resolves when an expression is true of the page; while a page is loaded nothing is. */
  async until(expression: string): Promise<void> {
    const giveUp = performance.now() + 20_000;
    while ((await this.value(`Boolean(${expression})`)) !== true) {
      if (performance.now() > giveUp) {
        throw new Error(`expected ${expression} of the page, got ${String(await this.value('document.body.innerText'))}`);
      }
      await this.value('new Promise((resolve) => setTimeout(resolve, 20))');
    }
  }
}

async function debuggerOf(port: string, url: string): Promise<string> {
  let found: string | undefined;
  const look = async (): Promise<void> => {
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as { url: string; webSocketDebuggerUrl: string }[];
    found = targets.find((target) => target.url === url)?.webSocketDebuggerUrl;
  };
  await becomes(() => {
    void look().catch(() => undefined);
    return found !== undefined;
  }, 30_000);
  return found ?? '';
}

function isGroup(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}
