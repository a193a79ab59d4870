import type { WebSocket } from 'ws';
import { GafferError } from '../../errors.ts';
import type { GafferNode, Unsubscribe } from '../../job/node.ts';
import { passStream } from '../stream-flow.ts';
import type { ChannelFormat } from './channel-format.ts';
import { CLOSE } from './peer.ts';
import { onProcessEnd } from './process-end.ts';
import { ChannelFailure, findPipes, type PipesRequest, type ProcessPipes } from './process-pipes.ts';
import { SocketWrites } from './socket-writes.ts';
import { closeSocket, WebSocketPeer } from './web-socket-peer.ts';

/** A channel to the pipes of one process: bytes both ways, until the process or the client ends it. */
export class ProcessChannel {
  readonly #socket: WebSocket;
  readonly #format: ChannelFormat;
  readonly #ends: Unsubscribe[] = [];
  #writes: SocketWrites | undefined;
  #early: Buffer[] | undefined = [];
  #underWay = 0;

  constructor(socket: WebSocket, format: ChannelFormat) {
    this.#socket = socket;
    this.#format = format;
    socket.on('message', (data: Buffer) => {
      if (this.#early === undefined) {
        void this.#receive(data);
      } else {
        this.#early.push(data);
      }
    });
    socket.once('close', () => this.#letGo());
  }

  /** Begins; a client that can't have what it wants is told so and sent away. */
  async open(node: GafferNode, request: PipesRequest): Promise<void> {
    try {
      this.#begin(node, request.pid, await findPipes(node, request));
    } catch (error) {
      const failure = failureOf(error);
      this.#send(this.#format.failed(failure));
      closeSocket(this.#socket, CLOSE.normal, failure.message);
    }
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const data of early) {
      void this.#receive(data);
    }
  }

  #begin(node: GafferNode, pid: number, { input, output }: ProcessPipes): void {
    if (this.#socket.readyState !== this.#socket.OPEN) {
      return; // the client is gone already
    }
    if (input !== undefined) {
      this.#writes = new SocketWrites(new WebSocketPeer(this.#socket), input);
    }
    if (output !== undefined) {
      const passing = passStream(output, {
        send: (chunk, sent) => this.#pass(chunk, sent),
        stalled: () => closeSocket(this.#socket, CLOSE.tooSlow, 'you do not read what you are sent'),
      });
      this.#ends.push(passing);
    }
    const over = (): void => closeSocket(this.#socket, CLOSE.normal, 'the process has ended');
    this.#ends.push(onProcessEnd(node, { pid, output, isOutputAll: input === undefined, isBusy: () => this.#underWay > 0 }, over));
  }

  #pass(chunk: Uint8Array, sent: () => void): void {
    this.#underWay += 1;
    this.#send(this.#format.message(chunk), () => {
      this.#underWay -= 1;
      sent();
    });
  }

  async #receive(data: Buffer): Promise<void> {
    const message = this.#format.read(data);
    if (message === undefined) {
      this.#send(this.#format.failed(new ChannelFailure(400, 'EINVAL')));
      return;
    }
    if (message === 'ignored') {
      return;
    }
    try {
      if (this.#writes === undefined) {
        throw new ChannelFailure(403, 'EPERM');
      }
      await this.#writes.write(message.body);
      const answer = this.#format.written(message.id);
      if (answer !== undefined) {
        this.#send(answer);
      }
    } catch (error) {
      this.#send(this.#format.failed(failureOf(error), message.id));
    }
  }

  #send(data: Uint8Array | string, sent: () => void = () => undefined): void {
    if (this.#socket.readyState === this.#socket.OPEN) {
      this.#socket.send(data, () => sent());
    } else {
      sent();
    }
  }

  #letGo(): void {
    for (const end of this.#ends.splice(0)) {
      end();
    }
  }
}

function failureOf(error: unknown): ChannelFailure {
  if (error instanceof ChannelFailure) {
    return error;
  }
  return error instanceof GafferError && error.code !== 'write_failed'
    ? new ChannelFailure(error.status, error.word)
    : new ChannelFailure(500, 'EIO');
}
