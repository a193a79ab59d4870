import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A network between a client and a node that can be cut. It is closed with the test. */
export class Proxy {
  /** How many connections were made through it. */
  connections = 0;
  /** How many bytes have come from the node. */
  bytes = 0;
  readonly #target: number;
  readonly #server: Server;
  /** Connections of clients, each with the path that was asked for last. */
  readonly #clients = new Map<Socket, string>();
  #isOpen = true;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((socket) => this.#join(socket));
  }

  /** @param target the node's port */
  static async open(target: number): Promise<Proxy> {
    const proxy = new Proxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      proxy.cut();
      proxy.#server.close();
    });
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What was asked for last over each connection. */
  get paths(): readonly string[] {
    return [...this.#clients.values()];
  }

  /** Breaks off every connection. @param stays whether new ones can be made at once */
  cut(stays = true): void {
    this.#isOpen = stays;
    this.cutPath('');
  }

  /** Breaks off the connections over which something was asked for last whose path begins so. */
  cutPath(path: string): void {
    for (const [socket] of [...this.#clients].filter(([, asked]) => asked.startsWith(path))) {
      socket.destroy();
    }
  }

  /** Lets connections through again. */
  mend(): void {
    this.#isOpen = true;
  }

  /** Resolves when nothing has come from the node for a while. */
  async atRest(): Promise<void> {
    for (let before = -1; before !== this.bytes; ) {
      before = this.bytes;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  #join(client: Socket): void {
    if (!this.#isOpen) {
      client.destroy();
      return;
    }
    this.connections += 1;
    const node = connect(this.#target, '127.0.0.1');
    this.#clients.set(client, '');
    client.once('close', () => this.#clients.delete(client));
    client.on('data', (data: Buffer) => {
      const [, path] = /^[A-Z]+ (\S+) HTTP/.exec(data.toString('latin1')) ?? [];
      if (path !== undefined) {
        this.#clients.set(client, path);
      }
    });
    node.on('data', (data: Buffer) => {
      this.bytes += data.length;
    });
    for (const [from, to] of [
      [client, node],
      [node, client],
    ] as const) {
      from.on('error', () => undefined).once('close', () => to.destroy());
      from.pipe(to);
    }
  }
}
