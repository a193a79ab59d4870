import { createServer, type Server, type Socket } from 'node:net';
import { FrameReader, frameMessage } from './frame.ts';
import { encodeItems } from './message.ts';
import { type Answer, type Hello, PROTOCOL } from './protocol.ts';
import type { Connections } from './visit.ts';

/** Listens for gafferds, and brings the two connections of each together. */
export class Door {
  readonly #server: Server;
  readonly #onVisit: (hello: Hello, connections: Connections) => void;
  /** Those that wait for the other connection, by the visit. */
  readonly #halves = new Map<string, Partial<Connections>>();

  /** @param onVisit is told when both connections are there */
  constructor(onVisit: (hello: Hello, connections: Connections) => void) {
    this.#onVisit = onVisit;
    this.#server = createServer((socket) => this.#greet(socket));
  }

  /** Resolves when it listens. */
  async open(path: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(path, resolve);
    });
    this.#server.on('error', () => undefined);
  }

  /** Lets nobody in any more. */
  close(): void {
    this.#server.close();
  }

  #greet(socket: Socket): void {
    socket.on('error', () => undefined);
    const reader = new FrameReader({ message: (message) => this.#heard(socket, message), output: () => undefined });
    const feed = (chunk: Buffer): void => {
      socket.off('data', feed); // a hello comes in one piece, and nothing before it is answered
      socket.pause();
      try {
        reader.feed(chunk);
      } catch {
        socket.destroy(); // who speaks like that is no gafferd
      }
    };
    socket.on('data', feed);
  }

  #heard(socket: Socket, message: Buffer): void {
    const hello = JSON.parse(message.toString()) as Hello;
    const { protocol, visit, role } = hello;
    if (protocol !== PROTOCOL) {
      say(socket, { kind: 'foreign', protocol: PROTOCOL });
      return;
    }
    const halves = { ...this.#halves.get(visit), [role]: socket };
    if (halves.commands === undefined || halves.news === undefined) {
      this.#halves.set(visit, halves);
      socket.once('close', () => this.#halves.delete(visit));
      return;
    }
    this.#halves.delete(visit);
    this.#onVisit(hello, { commands: halves.commands, news: halves.news });
  }
}

function say(socket: Socket, answer: Answer): void {
  socket.end(frameMessage(encodeItems([answer])));
}
