import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';

/** An answer of a lookupd. */
export type NodeAnswer = Readonly<Record<string, unknown>>;

/** How a node connects. */
export interface NodeClientOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers pings; default true. */
  readonly autoPong?: boolean;
}

/** A node's connection to a lookupd, that says what a test has it say. */
export class NodeClient {
  readonly socket: WebSocket;
  readonly answers: NodeAnswer[] = [];
  /** With which code and why it was closed. */
  closed: readonly [code: number, reason: string] | undefined;
  readonly #waiting = new Set<() => void>();
  #count = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      this.answers.push(JSON.parse(data.toString()) as NodeAnswer);
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.once('close', (code, reason) => {
      this.closed = [code, reason.toString()];
      this.#wake();
    });
    onTestFinished(() => socket.terminate());
  }

  /** Connects; it ends with the test. */
  static async open(port: number, { headers = {}, autoPong = true }: NodeClientOptions = {}): Promise<NodeClient> {
    const node = new NodeClient(new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers, autoPong }));
    await new Promise<void>((resolve, reject) => {
      node.socket.once('open', resolve);
      node.socket.once('error', reject);
    });
    return node;
  }

  /** Sends a message with a number of its own, and resolves with the answer to it. */
  async tell(type: string, more: object = {}): Promise<NodeAnswer> {
    this.#count += 1;
    const msgid = `m${this.#count}`;
    this.socket.send(JSON.stringify({ msgid, type, ...more }));
    return await this.#find((answer) => answer['msgid'] === msgid);
  }

  /** Sends something, whatever it is, and resolves with the next answer. */
  async say(data: string | Buffer): Promise<NodeAnswer> {
    const from = this.answers.length;
    this.socket.send(data);
    return await this.#find((answer) => this.answers.indexOf(answer) >= from);
  }

  /** Says who it is, and which jobs it has; resolves when that was taken. */
  async register(name: string, jobs: Readonly<Record<string, readonly number[]>> = {}, more: object = {}): Promise<void> {
    await this.tell('IDENTIFY', { ...identity(name), ...more });
    for (const [job_name, pids] of Object.entries(jobs)) {
      await this.tell('REGISTER_JOB', { job_name });
      for (const pid of pids) {
        await this.tell('REGISTER_PROCESS', { job_name, pid });
      }
    }
  }

  /** Resolves when it is closed, with the code and the reason. */
  async closing(): Promise<readonly [code: number, reason: string]> {
    for (;;) {
      if (this.closed !== undefined) {
        return this.closed;
      }
      await this.#more();
    }
  }

  async #find(isWanted: (answer: NodeAnswer) => boolean): Promise<NodeAnswer> {
    for (;;) {
      const found = this.answers.find(isWanted);
      if (found !== undefined) {
        return found;
      }
      if (this.closed !== undefined) {
        throw new Error(`the connection was closed with ${this.closed.join(' ')}; it had answered ${JSON.stringify(this.answers)}`);
      }
      await this.#more();
    }
  }

  #more(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #wake(): void {
    for (const wake of this.#waiting) {
      wake();
    }
    this.#waiting.clear();
  }
}

/** How a node of a name presents itself. */
export function identity(name: string): { readonly name: string; readonly origin: string; readonly version: string } {
  return { name, origin: `http://${name}:5000`, version: '0.1' };
}
