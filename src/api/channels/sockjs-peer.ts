import type { ServerResponse } from 'node:http';
import type { Connection } from 'sockjs';
import type { Unsubscribe } from '../../job/node.ts';
import { ReadProgress } from '../read-progress.ts';
import type { Message, Peer, Progress } from './peer.ts';

/** What is used of the inside of sockjs 0.3.24, which tells nobody how much it keeps for a client. */
interface Session {
  /** Messages that wait for the client's next request. */
  readonly send_buffer: readonly string[];
  /** What the client reads from now. */
  readonly recv: { readonly response: ServerResponse | null } | null;
}

/** Bytes under way below which more may be sent. */
const LOW = 256 * 1024;

const LOOK_MS = 20;

/** A peer behind SockJS, that asks for what it is sent by requests, one after the other. */
export class SockJsPeer implements Peer {
  readonly #connection: Connection;
  readonly #session: Session;
  /** Bytes that were sent while the client read nothing, since it last did. */
  #kept = 0;
  #waiting: (() => void)[] = [];
  #looking: NodeJS.Timeout | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#session = (connection as unknown as { readonly _session: Session })._session;
    connection.once('close', () => this.#release());
  }

  get backlog(): number {
    const { send_buffer: kept, recv } = this.#session;
    if (kept.length === 0) {
      this.#kept = 0;
    }
    return this.#kept + (recv?.response?.writableLength ?? 0);
  }

  watch(): Progress {
    const look = () => ({ recv: this.#session.recv, backlog: this.backlog });
    let last = look();
    let progress = new ReadProgress(last.recv?.response?.socket);
    return {
      hasTaken: () => {
        const { recv, backlog } = last;
        last = look();
        if (last.recv !== recv) {
          progress = new ReadProgress(last.recv?.response?.socket);
          progress.hasTaken();
          return last.recv !== null; // another request comes when the answer to the one before is read
        }
        return last.backlog < backlog || (recv !== null && progress.hasTaken());
      },
    };
  }

  send(message: Message, sent?: () => void): void {
    if (this.#session.recv === null) {
      this.#kept += message.bytes.length;
    }
    this.#connection.write(message.text);
    if (sent !== undefined) {
      this.#waiting.push(sent);
      this.#looking ??= setInterval(() => this.#look(), LOOK_MS);
    }
  }

  hold(): Unsubscribe {
    return () => undefined; // SockJS reads what comes
  }

  close(code: number, reason: string): void {
    closeConnection(this.#connection, code, reason);
  }

  #look(): void {
    if (this.backlog <= LOW) {
      this.#release();
    }
  }

  #release(): void {
    clearInterval(this.#looking);
    this.#looking = undefined;
    for (const sent of this.#waiting.splice(0)) {
      sent();
    }
  }
}

/** Closes a connection; its types take the code for a text, which no client would read. */
export function closeConnection(connection: Connection, code: number, reason: string): void {
  (connection as unknown as { close(code: number, reason: string): void }).close(code, reason);
}
