import { randomUUID } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { askAt } from './gafferd.ts';
import { becomes } from './processes.ts';

/** The ways to a control channel on which a client is sent much. */
export const WAYS = ['websocket', 'sockjs websocket', 'xhr_streaming', 'eventsource', 'htmlfile'] as const;

/** What a reader is made of. */
interface Connection {
  readonly say: (message: object) => Promise<void>;
  readonly stop: () => void;
  readonly resume: () => void;
  readonly onBytes: (listener: (bytes: Buffer) => void) => void;
  readonly onEnd: (listener: () => void) => void;
}

/** A client of a control channel that can stop reading. Of what it is told it keeps the numbers. */
export class StoppableReader {
  /** The numbers of events, in the order in which they came. */
  readonly seqs: number[] = [];
  /** How many messages it was told to have been left out, each time. */
  readonly dropped: number[] = [];
  hasEnded = false;
  readonly #connection: Connection;
  #rest = '';
  #isSubscribed = false;

  private constructor(connection: Connection) {
    this.#connection = connection;
    connection.onBytes((bytes) => this.#take(bytes.toString('latin1')));
    connection.onEnd(() => {
      this.hasEnded = true;
    });
  }

  /** Opens a channel of a node; it is closed with the test. @param url of the node */
  static async open(url: string, way: (typeof WAYS)[number]): Promise<StoppableReader> {
    return new StoppableReader(way === 'websocket' || way === 'sockjs websocket' ? await openSocket(url, way) : await openStream(url, way));
  }

  /** Subscribes to a topic, and waits for the answer. */
  async subscribe(topic: string): Promise<void> {
    await this.#connection.say({ event: 'SUB', data: { topic } });
    await becomes(() => this.#isSubscribed, 10_000);
    this.seqs.length = 0; // the answer has one
  }

  stop(): void {
    this.#connection.stop();
  }

  resume(): void {
    this.#connection.resume();
  }

  /** How many messages it was told, or told to have been left out. */
  get total(): number {
    return this.dropped.reduce((sum, count) => sum + count, this.seqs.length);
  }

  #take(text: string): void {
    const whole = this.#rest + text;
    let end = 0;
    for (const match of whole.matchAll(/(subscription_success|seq|dropped)[\\"]+[:,](\d*)(?=[^\d])/g)) {
      const [all, name, count] = match;
      end = match.index + all.length;
      this.#isSubscribed ||= name === 'subscription_success';
      if (count !== '' && name !== 'subscription_success') {
        (name === 'seq' ? this.seqs : this.dropped).push(Number(count));
      }
    }
    this.#rest = whole.slice(Math.max(end, whole.length - 100));
  }
}

async function openSocket(url: string, way: 'websocket' | 'sockjs websocket'): Promise<Connection> {
  const path = way === 'websocket' ? '/channel/websocket' : `/channel/000/${randomUUID()}/websocket`;
  const socket = new WebSocket(url.replace('http', 'ws') + path);
  onTestFinished(() => socket.terminate());
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('open', resolve));
  return {
    say: (message) => {
      socket.send(way === 'websocket' ? JSON.stringify(message) : JSON.stringify([JSON.stringify(message)]));
      return Promise.resolve();
    },
    stop: () => socket.pause(),
    resume: () => socket.resume(),
    onBytes: (listener) => socket.on('message', listener),
    onEnd: (listener) => socket.once('close', listener),
  };
}

async function openStream(url: string, way: 'xhr_streaming' | 'eventsource' | 'htmlfile'): Promise<Connection> {
  const session = `/channel/000/${randomUUID()}`;
  const asked = request(`${url}${session}/${way}?c=x`, { method: way === 'xhr_streaming' ? 'POST' : 'GET', agent: false });
  onTestFinished(() => void asked.destroy());
  asked.on('error', () => undefined);
  asked.end();
  const answer = await new Promise<IncomingMessage>((resolve) => asked.once('response', resolve));
  answer.on('error', () => undefined);
  return {
    say: async (message) => {
      await askAt(url, 'POST', `${session}/xhr_send`, JSON.stringify([JSON.stringify(message)]));
    },
    stop: () => void answer.pause(),
    resume: () => void answer.resume(),
    onBytes: (listener) => answer.on('data', listener),
    onEnd: (listener) => answer.once('close', listener),
  };
}
