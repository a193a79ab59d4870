import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What is answered to a request: an object, a refusal, text as it is, or nothing at all. */
export type FakeReply =
  | { readonly kind: 'answer'; readonly body: object }
  | { readonly kind: 'refusal'; readonly code: number; readonly message: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'stream'; readonly lines: readonly object[]; readonly ends?: boolean }
  | { readonly kind: 'silence' };

type Answer = (body: Readonly<Record<string, unknown>>) => FakeReply;

/** Something that an etcd says, in the way of one. It is closed with the test. */
export class FakeEtcd {
  /** What was asked for. */
  readonly asked: string[] = [];
  readonly #answers = new Map<string, Answer>();
  readonly #watches = new Set<ServerResponse>();
  #revision = 5;
  #port = 0;

  /** An etcd in which nothing is, and that takes everything. */
  static async open(): Promise<FakeEtcd> {
    const fake = new FakeEtcd();
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => fake.#reply(request.url?.replace('/v3/', '') ?? '', text, response));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    fake.#port = (server.address() as AddressInfo).port;
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    return fake;
  }

  get address(): string {
    return `etcd://127.0.0.1:${this.#port}`;
  }

  /** Answers otherwise from now on. */
  on(path: string, answer: Answer): void {
    this.#answers.set(path, answer);
  }

  /** Answers as usual again. */
  off(path: string): void {
    this.#answers.delete(path);
  }

  /** How often something was asked for. */
  countOf(path: string): number {
    return this.asked.filter((one) => one === path).length;
  }

  /** Says something in every watch. */
  tell(line: object): void {
    for (const watch of this.#watches) {
      watch.write(`${JSON.stringify(line)}\n`);
    }
  }

  #reply(path: string, text: string, response: ServerResponse): void {
    this.asked.push(path);
    const body = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const reply = this.#answers.get(path)?.(body) ?? this.#usual(path);
    switch (reply.kind) {
      case 'answer':
        response.end(JSON.stringify(reply.body));
        return;
      case 'refusal':
        response.writeHead(400).end(JSON.stringify({ error: reply.message, message: reply.message, code: reply.code }));
        return;
      case 'text':
        response.end(reply.text);
        return;
      case 'stream':
        this.#watches.add(response);
        response.once('close', () => this.#watches.delete(response));
        for (const line of reply.lines) {
          response.write(`${JSON.stringify(line)}\n`);
        }
        if (reply.ends === true) {
          response.end();
        }
        return;
      case 'silence':
        return;
    }
  }

  #usual(path: string): FakeReply {
    const header = { revision: String(this.#revision) };
    switch (path) {
      case 'watch':
        return { kind: 'stream', lines: [{ result: { header, created: true } }] };
      case 'lease/grant':
        return { kind: 'answer', body: { header, ID: '77', TTL: '1' } };
      case 'lease/keepalive':
        return { kind: 'answer', body: { result: { header, ID: '77', TTL: '1' } } };
      case 'kv/txn':
        this.#revision += 1;
        return { kind: 'answer', body: { header: { revision: String(this.#revision) }, succeeded: true } };
      default:
        return { kind: 'answer', body: { header } };
    }
  }
}
