import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { OutputLog } from './output-log.ts';

/** Where a raw client connects to, and from which address. */
export interface RawClientOptions {
  readonly port: number;
  readonly localAddress?: string;
}

/** A connection on which a test writes whatever it likes. */
export class RawClient {
  /** Everything that came. */
  readonly log = new OutputLog();
  readonly socket: Socket;
  /** Resolves when the other side has closed its half, or broken off. */
  readonly over: Promise<void>;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => this.log.add(chunk));
    socket.on('error', () => undefined);
    this.over = new Promise((resolve) => {
      const end = (): void => {
        this.log.end();
        resolve();
      };
      socket.once('end', end);
      socket.once('close', end);
    });
  }

  /** Connects; the connection ends with the test. It is not closed because the other side closes its half. */
  static async open({ port, localAddress }: RawClientOptions): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, ...(localAddress !== undefined && { localAddress }) });
    onTestFinished(() => void socket.destroy());
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new RawClient(socket);
  }

  /** Sends bytes as they are. */
  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** Sends the head of a request: the first line, and `Name: value` for each header. */
  ask(firstLine: string, headers: readonly string[] = [], body: string | Uint8Array = ''): void {
    this.send(`${[firstLine, ...headers].join('\r\n')}\r\n\r\n`);
    if (body.length > 0) {
      this.send(body);
    }
  }

  /** Asks for a WebSocket. */
  upgrade(path: string, headers: readonly string[] = ['Host: localhost']): void {
    this.ask(`GET ${path} HTTP/1.1`, [...HANDSHAKE, ...headers]);
  }

  /** The status of the first answer, as soon as its head is there. */
  async status(): Promise<number> {
    await this.log.until(/\r\n\r\n/);
    return Number(/^HTTP\/1\.[01] (\d+)/.exec(this.log.text)?.[1]);
  }

  /** The head and the body of an answer that is JSON. */
  async json(): Promise<Readonly<Record<string, unknown>>> {
    await this.log.until(/\r\n\r\n\{.*\}/);
    return JSON.parse(/\r\n\r\n(\{.*\})/s.exec(this.log.text)?.[1] ?? '') as Record<string, unknown>;
  }

  /** Breaks the connection off with a reset. */
  reset(): void {
    this.socket.resetAndDestroy();
  }
}

const HANDSHAKE = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];

/** A frame as a WebSocket's client sends it. */
export function clientFrame(payload: string | Uint8Array, { opcode = 1, final = true, rsv = 0 } = {}): Buffer {
  const bytes = Buffer.from(payload as string);
  const first = (final ? 0x80 : 0) | (rsv << 4) | opcode;
  const head =
    bytes.length < 126
      ? Buffer.from([first, 0x80 | bytes.length])
      : bytes.length < 65_536
        ? Buffer.from([first, 0x80 | 126, bytes.length >> 8, bytes.length & 0xff])
        : Buffer.concat([Buffer.from([first, 0x80 | 127, 0, 0, 0, 0]), uint32(bytes.length)]);
  return Buffer.concat([head, Buffer.alloc(4), bytes]); // masked with zeros
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
