import SockJS from 'sockjs-client';
import { describe, expect, onTestFinished } from 'vitest';
import type { ServerMessage } from '../../support/channel-client.ts';
import { OutputLog } from '../../support/output-log.ts';
import { becomes } from '../../support/processes.ts';
import { SpyNode } from '../../support/spy-node.ts';
import { openApi, type TestApi, test } from '../../support/test-api.ts';

/** What sockjs-client can do in Node. The others are a browser's. */
const TRANSPORTS = [['websocket'], ['xhr-streaming'], ['xhr-polling'], ['eventsource']] as const;

/** sockjs-client, with what it was told. */
class Client {
  readonly messages: ServerMessage[] = [];
  readonly socket: WebSocket & { readonly transport: string };
  readonly #log = new OutputLog();
  closed: { readonly code: number; readonly reason: string } | undefined;

  private constructor(api: TestApi, transport: string) {
    this.socket = new SockJS(`http://127.0.0.1:${api.port}/channel`, null, { transports: [transport] }) as Client['socket'];
    onTestFinished(() => this.socket.close());
    this.socket.onmessage = ({ data }) => {
      this.messages.push(JSON.parse(data as string) as ServerMessage);
      this.#log.add(Buffer.from(`${data as string}\n`));
    };
    this.socket.onclose = ({ code, reason }) => {
      this.closed = { code, reason };
      this.#log.end();
    };
  }

  static async open(api: TestApi, transport: string): Promise<Client> {
    const client = new Client(api, transport);
    await new Promise<void>((resolve, reject) => {
      client.socket.onopen = () => resolve();
      client.socket.addEventListener('close', (event) => reject(new Error(`closed: ${event.reason}`)));
    });
    return client;
  }

  say(event: string, data: object): void {
    this.socket.send(JSON.stringify({ event, data }));
  }

  /** Resolves when so many messages hold a text. */
  async until(text: string | RegExp, times = 1): Promise<void> {
    await this.#log.until(text, times);
  }
}

describe('sockjs-client', () => {
  test.for(TRANSPORTS)('is told events and runs commands: %s', async ([transport], { api }) => {
    const client = await Client.open(api, transport);
    expect(client.socket.transport).toBe(transport);
    client.say('SUB', { topic: 'EVENTS' });
    client.say('CMD', {
      identity: 1,
      name: 'load',
      args: [{ name: 'Ä', cmd: 'true', numprocesses: 20, on_exit: 'ignore' }],
      kwargs: { sessionid: 'test' },
    });
    await client.until('"event":"job.test.Ä.done"');
    expect(client.messages.filter(({ event }) => event === 'gaffer:command_success')).toEqual([
      { event: 'gaffer:command_success', data: { id: 1, result: { ok: true } } },
    ]);
    const seqs = client.messages.map(({ data }) => (data as { event?: string; seq: number } | undefined)?.seq).filter((seq) => seq !== undefined);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(Math.max(...seqs)).toBe(43); // load, start, 20 times spawn and exit, done
    expect(new Set(seqs).size).toBe(44); // and the position before them
  });

  test.for(TRANSPORTS)('is told a stream, and writes to a process: %s', async ([transport], { api }) => {
    await api.load('web', 'cat', { redirect_input: true });
    const client = await Client.open(api, transport);
    client.say('SUB', { topic: 'STREAM:1' });
    await client.until('subscription_success');
    const lines = Array.from({ length: 200 }, (_, index) => `${index} ä€😀 \u2028\n`);
    for (const line of lines) {
      client.say('CMD', { identity: 'x', name: 'send', args: [1, line] });
    }
    const output = (): string =>
      client.messages
        .filter(({ event }) => event === 'gaffer:event')
        .map(({ data }) => (data as { data: string }).data)
        .join('');
    await becomes(() => output().length >= lines.join('').length, 10_000);
    expect(output()).toBe(lines.join(''));
  });

  test.for(TRANSPORTS)('that goes leaves nobody behind who listens: %s', { timeout: 60_000 }, async ([transport]) => {
    const spy = new SpyNode();
    const api = await openApi({}, (node) => spy.around(node));
    const before = spy.listeners;
    await api.load('web', 'sleep 100');
    const client = await Client.open(api, transport);
    for (const topic of ['EVENTS', 'JOB:test.web', 'PROCESS:1', 'STATS:1', 'STREAM:1']) {
      client.say('SUB', { topic });
    }
    await client.until('subscription_success', 5);
    expect(spy.listeners).toBeGreaterThan(before + 4);
    client.socket.close();
    await becomes(() => spy.listeners === before, 20_000); // between two polls nobody knows that it is gone: its session lasts for 5 s
    expect(spy.listeners).toBe(before);
  });

  test.for(TRANSPORTS)('is told that the node stops: %s', async ([transport], { api }) => {
    const client = await Client.open(api, transport);
    await api.closeApi();
    await becomes(() => client.closed !== undefined, 10_000);
    expect(client.closed).toEqual({ code: 1001, reason: 'the node is stopping' });
  });
});
