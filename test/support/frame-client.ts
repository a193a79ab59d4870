import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { decodeFrame, encodeFrame, type Frame, type FrameType } from '../../src/protocol/frame.ts';
import { OutputLog } from './output-log.ts';

/** How a channel was closed. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** A client of a channel to a process. */
export class FrameClient {
  /** The bodies of all `message` frames; of 0.4's channels the bytes of all messages. */
  readonly output = new OutputLog();
  /** The frames that are no `message`, and texts. */
  readonly answers: (Frame | string)[] = [];
  /** The ids of the `message` frames. */
  readonly ids: string[] = [];
  readonly socket: WebSocket;
  readonly closing: Promise<Closing>;
  readonly #waiting = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer, isBinary) => this.#take(data, isBinary));
    socket.on('error', () => undefined);
    this.closing = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        this.output.end();
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /** Opens a channel; it is closed with the test. */
  static async open(port: number, path: string, headers: Readonly<Record<string, string>> = {}): Promise<FrameClient> {
    const client = new FrameClient(new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers }));
    onTestFinished(() => client.socket.terminate());
    await new Promise<void>((resolve, reject) => {
      client.socket.once('open', resolve);
      client.socket.once('error', reject);
    });
    return client;
  }

  /** Sends a `message` frame. */
  write(id: string, body: string | Uint8Array): void {
    this.send({ type: 'message', id, body: typeof body === 'string' ? Buffer.from(body) : body });
  }

  /** Sends a frame. */
  send(frame: Frame): void {
    this.socket.send(encodeFrame(frame));
  }

  /** Resolves with what answers a frame: its type and its body. */
  async answer(id: string): Promise<readonly [FrameType, string]> {
    for (;;) {
      const found = this.answers.find((answer): answer is Frame => typeof answer === 'object' && answer.id === id);
      if (found !== undefined) {
        return [found.type, Buffer.from(found.body).toString()];
      }
      await Promise.race([
        this.closing.then(({ code, reason }) => {
          throw new Error(`the channel was closed (${code} ${reason}) before there was an answer to ${id}`);
        }),
        new Promise<void>((resolve) => this.#waiting.add(resolve)),
      ]);
    }
  }

  #take(data: Buffer, isBinary: boolean): void {
    const frame = isBinary ? decodeFrame(data) : undefined;
    if (frame === undefined && isBinary) {
      this.output.add(data);
    } else if (frame?.type === 'message') {
      this.ids.push(frame.id);
      this.output.add(Buffer.from(frame.body));
    } else {
      this.answers.push(frame ?? data.toString());
    }
    for (const wake of this.#waiting) {
      wake();
    }
    this.#waiting.clear();
  }
}
