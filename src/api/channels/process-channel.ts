import type { WebSocket } from 'ws';
import { GafferError } from '../../errors.ts';
import type { GafferNode, Unsubscribe } from '../../job/node.ts';
import { passStream } from '../stream-flow.ts';
import type { ChannelFormat } from './channel-format.ts';
import { CLOSE } from './peer.ts';
import { onProcessEnd } from './process-end.ts';
import { ChannelFailure, findPipes, type PipesRequest, type ProcessPipes } from './process-pipes.ts';
import { SocketWrites } from './socket-writes.ts';
import type { WebSocketPeer } from './web-socket-peer.ts';

/** What a channel to a process is made of. */
export interface ProcessChannelOptions {
  readonly webSocket: WebSocket;
  readonly peer: WebSocketPeer;
  readonly format: ChannelFormat;
  /** Takes note of what should not happen. */
  readonly warn: (message: string, error: unknown) => void;
}

/** A channel to the pipes of one process: bytes both ways, until the process or the client ends it. */
export class ProcessChannel {
  readonly #options: ProcessChannelOptions;
  readonly #ends: Unsubscribe[] = [];
  #writes: SocketWrites | undefined;
  #underWay = 0;
  /** What was written and is not answered yet. */
  readonly #unanswered = new Set<string>();
  #isClosed = false;

  constructor(options: ProcessChannelOptions) {
    this.#options = options;
    options.webSocket.once('close', () => this.#letGo());
  }

  /** Begins; a client that can't have what it wants is told so and sent away. What it sends is read when it is settled. */
  async open(node: GafferNode, request: PipesRequest | undefined): Promise<void> {
    const { webSocket, peer, format } = this.#options;
    webSocket.on('message', (data: Buffer) => void this.#receive(data));
    const release = peer.hold();
    try {
      if (request === undefined) {
        throw new ChannelFailure(400, 'bad_value');
      }
      this.#begin(node, request.pid, await findPipes(node, request));
      await node.processInfo(request.pid); // it could have ended before anybody listened
    } catch (error) {
      const failure = this.#failureOf(error);
      this.#send(format.failed(failure));
      this.#close(CLOSE.normal, failure.message);
    } finally {
      release();
    }
  }

  #begin(node: GafferNode, pid: number, { input, output }: ProcessPipes): void {
    const { peer } = this.#options;
    if (this.#isClosed) {
      return; // the client is gone already
    }
    if (input !== undefined) {
      this.#writes = new SocketWrites(peer, input);
    }
    if (output !== undefined) {
      const progress = peer.watch();
      const passing = passStream(output, {
        send: (chunk, sent) => this.#pass(chunk, sent),
        stalled: () => this.#close(CLOSE.tooSlow, 'you do not read what you are sent'),
        hasTaken: () => progress.hasTaken(),
      });
      this.#ends.push(passing);
    }
    const over = (): void => {
      this.#answerRest();
      this.#letGo();
      peer.finish(CLOSE.normal, 'the process has ended');
    };
    this.#ends.push(onProcessEnd(node, { pid, output, isOutputAll: input === undefined, isBusy: () => this.#underWay > 0 }, over));
  }

  #pass(chunk: Uint8Array, sent: () => void): void {
    const { peer, format } = this.#options;
    this.#underWay += 1;
    peer.sendBytes(format.message(chunk), {
      sent: () => {
        this.#underWay -= 1;
        sent();
      },
    });
  }

  async #receive(data: Buffer): Promise<void> {
    const { format } = this.#options;
    const message = this.#isClosed ? 'ignored' : format.read(data);
    if (message === 'ignored') {
      return;
    }
    if (message === undefined) {
      this.#send(format.failed(new ChannelFailure(400, 'EINVAL')));
      return;
    }
    try {
      if (this.#writes === undefined) {
        throw new ChannelFailure(403, 'EPERM');
      }
      this.#unanswered.add(message.id);
      await this.#writes.write(message.body);
      const answer = format.written(message.id);
      if (answer !== undefined) {
        this.#send(answer);
      }
    } catch (error) {
      this.#send(format.failed(this.#failureOf(error), message.id));
    } finally {
      this.#unanswered.delete(message.id);
    }
  }

  /** Nobody will read what was written. */
  #answerRest(): void {
    const { format } = this.#options;
    for (const id of this.#unanswered) {
      this.#send(format.failed(new ChannelFailure(500, 'EIO'), id));
    }
  }

  #send(data: Uint8Array | string): void {
    this.#options.peer.sendBytes(data, { isText: typeof data === 'string' });
  }

  #close(code: number, reason: string): void {
    this.#letGo();
    this.#options.peer.close(code, reason);
  }

  #letGo(): void {
    this.#isClosed = true;
    for (const end of this.#ends.splice(0)) {
      end();
    }
  }

  #failureOf(error: unknown): ChannelFailure {
    if (error instanceof ChannelFailure) {
      return error;
    }
    if (!(error instanceof GafferError)) {
      this.#options.warn('a channel to a process failed', error);
    }
    return error instanceof GafferError && error.code !== 'write_failed'
      ? new ChannelFailure(error.status, error.word)
      : new ChannelFailure(500, 'EIO');
  }
}
