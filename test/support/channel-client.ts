import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';

/** A message of the server, as JSON. */
export type ServerMessage = Readonly<Record<string, unknown>>;

/** A client of the control channel, over a raw WebSocket. */
export class ChannelClient {
  readonly messages: ServerMessage[] = [];
  readonly socket: WebSocket;
  /** With which code it was closed. */
  closed: number | undefined;
  readonly #waiting = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      this.messages.push(JSON.parse(data.toString()) as ServerMessage);
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.once('close', (code) => {
      this.closed = code;
      this.#wake();
    });
  }

  /** Opens a channel; it is closed with the test. @param path with the query */
  static async open(port: number, path = '/channel/websocket', headers: Readonly<Record<string, string>> = {}): Promise<ChannelClient> {
    const client = await ChannelClient.connect(port, path, headers);
    onTestFinished(() => client.socket.terminate());
    return client;
  }

  /** The same; the caller closes it. */
  static async connect(port: number, path = '/channel/websocket', headers: Readonly<Record<string, string>> = {}): Promise<ChannelClient> {
    const client = new ChannelClient(new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers }));
    await new Promise<void>((resolve, reject) => {
      client.socket.once('open', resolve);
      client.socket.once('error', reject);
    });
    return client;
  }

  /** Sends a message; a text is sent as it is. */
  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Resolves with the first message that is as wanted, of those that have come and of those that will. */
  async find(isWanted: (message: ServerMessage) => boolean): Promise<ServerMessage> {
    for (;;) {
      const found = this.messages.find(isWanted);
      if (found !== undefined) {
        return found;
      }
      if (this.closed !== undefined) {
        throw new Error(`the channel was closed with ${this.closed}; it had told ${JSON.stringify(this.messages)}`);
      }
      await this.#more();
    }
  }

  /** Subscribes, and resolves with the answer. */
  async subscribe(topic: string, options: object = {}): Promise<ServerMessage> {
    const from = this.messages.length;
    this.say({ event: 'SUB', data: { topic, ...options } });
    return await this.find((message) => this.messages.indexOf(message) >= from && isAnswerOn(message, topic));
  }

  /** Takes a subscription back, and resolves with the answer. */
  async unsubscribe(topic: string): Promise<ServerMessage> {
    const from = this.messages.length;
    this.say({ event: 'UNSUB', data: { topic } });
    return await this.find((message) => this.messages.indexOf(message) >= from && isAnswerOn(message, topic));
  }

  /** Runs a command, and resolves with the data of its answer. */
  async command(name: string, args: readonly unknown[] = [], kwargs: object = {}): Promise<ServerMessage> {
    const identity = `${name}-${this.messages.length}-${Math.random()}`;
    this.say({ event: 'CMD', data: { identity, name, args, kwargs } });
    const { data } = await this.find((message) => dataOf(message)['id'] === identity);
    return data as ServerMessage;
  }

  /** The data of all events of a topic so far. */
  eventsOf(topic: string): readonly ServerMessage[] {
    return this.messages
      .filter(({ event }) => event === 'gaffer:event')
      .map(dataOf)
      .filter((data) => data['topic'] === topic);
  }

  /** Resolves with the data of the first event of a topic that is as wanted. */
  async event(topic: string, isWanted: (data: ServerMessage) => boolean = () => true): Promise<ServerMessage> {
    return dataOf(
      await this.find((message) => message['event'] === 'gaffer:event' && dataOf(message)['topic'] === topic && isWanted(dataOf(message))),
    );
  }

  /** Resolves with the code when the channel is closed. */
  async closing(): Promise<number> {
    while (this.closed === undefined) {
      await this.#more();
    }
    return this.closed;
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

function isAnswerOn(message: ServerMessage, topic: string): boolean {
  return message['topic'] === topic && (message['event'] === 'gaffer:subscription_success' || message['event'] === 'gaffer:subscription_error');
}

function dataOf({ data }: ServerMessage): ServerMessage {
  return (data ?? {}) as ServerMessage;
}
