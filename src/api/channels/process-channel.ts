import type { WebSocket } from 'ws';
import { GafferError } from '../../errors.ts';
import { parseJobName } from '../../job/name.ts';
import type { GafferNode, Unsubscribe } from '../../job/node.ts';
import type { Caller } from '../access/caller.ts';
import type { Doorkeeper } from '../access/doorkeeper.ts';
import { passStream } from '../stream-flow.ts';
import type { ChannelFormat } from './channel-format.ts';
import { Guest } from './guest.ts';
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
  readonly door: Doorkeeper;
  /** Takes note of what should not happen. */
  readonly warn: (message: string, error: unknown) => void;
}

/** A channel to the pipes of one process: bytes both ways, until the process or the client ends it. */
export class ProcessChannel {
  readonly #options: ProcessChannelOptions;
  #guest: Guest | undefined;
  /** What came before it was settled what the client may. */
  readonly #early: Buffer[] = [];
  #isSettled = false;
  #cameEarly: () => void = () => undefined;
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

  /**
   * Begins; a client that can't have what it wants is told so and sent away. What it sends is read when it is settled.
   * @param caller who has shown a key with the request
   */
  async open({ node, caller }: { readonly node: GafferNode; readonly caller: Caller | undefined }, request: PipesRequest | undefined): Promise<void> {
    const { webSocket, peer, format, door } = this.#options;
    this.#guest = new Guest({ door, caller, sendAway: (error) => this.#sendAway(error) });
    webSocket.on('message', (data: Buffer) => this.#receive(data));
    const admitted = this.#guest.caller ?? (await this.#firstKey(this.#guest));
    if (admitted === undefined) {
      return;
    }
    const release = peer.hold();
    try {
      if (request === undefined) {
        throw new ChannelFailure(400, 'bad_value');
      }
      await expectMayUse(node, admitted, request);
      this.#begin(node, request.pid, await findPipes(node, request));
      await node.processInfo(request.pid); // it could have ended before anybody listened
      this.#settle();
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

  /** Waits for the key that the client has to show first; undefined when it is sent away instead. */
  async #firstKey(guest: Guest): Promise<Caller | undefined> {
    const { format, webSocket } = this.#options;
    if (this.#early.length === 0) {
      await new Promise<void>((resolve) => {
        this.#cameEarly = resolve;
        webSocket.once('close', () => resolve());
      });
    }
    const data = this.#early.shift();
    const message = data === undefined ? undefined : format.read(data);
    const [, secret] = message === undefined || message === 'ignored' ? [] : (/^AUTH:(.*)$/s.exec(Buffer.from(message.body).toString()) ?? []);
    if (message === undefined || message === 'ignored' || secret === undefined) {
      this.#sendAway(new GafferError('unauthorized', 'expected a key first of all (AUTH:)'));
      return undefined;
    }
    try {
      guest.show(secret.trim());
    } catch (error) {
      this.#sendAway(error as GafferError);
      return undefined;
    }
    const answer = format.written(message.id);
    if (answer !== undefined) {
      this.#send(answer);
    }
    return guest.caller;
  }

  /** The client may not stay. The original has the same status for both. */
  #sendAway(error: GafferError): void {
    const word = error.code === 'unauthorized' ? 'AUTH_REQUIRED' : 'FORBIDDEN';
    this.#send(this.#options.format.failed(new ChannelFailure(403, word)));
    this.#close(CLOSE.policy, word);
  }

  #receive(data: Buffer): void {
    if (this.#isSettled) {
      void this.#write(data);
    } else if (!this.#isClosed) {
      this.#early.push(data);
      this.#cameEarly();
    }
  }

  #settle(): void {
    this.#isSettled = true;
    for (const data of this.#early.splice(0)) {
      void this.#write(data);
    }
  }

  async #write(data: Buffer): Promise<void> {
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
    this.#guest?.close();
    for (const end of this.#ends.splice(0)) {
      end();
    }
  }

  #failureOf(error: unknown): ChannelFailure {
    if (error instanceof ChannelFailure) {
      return error;
    }
    if (error instanceof GafferError && error.code === 'forbidden') {
      return new ChannelFailure(403, 'FORBIDDEN');
    }
    if (!(error instanceof GafferError)) {
      this.#options.warn('a channel to a process failed', error);
    }
    return error instanceof GafferError && error.code !== 'write_failed'
      ? new ChannelFailure(error.status, error.word)
      : new ChannelFailure(500, 'EIO');
  }
}

/** Whoever wants to write needs more than who only reads. @throws GafferError `forbidden`, `process_not_found` */
async function expectMayUse(node: GafferNode, caller: Caller, { pid, writes }: PipesRequest): Promise<void> {
  if (caller.holder !== undefined) {
    const job = parseJobName((await node.processInfo(pid)).name);
    caller.expect({ kind: 'right', right: writes ? 'write' : 'read', target: { kind: 'job', job } });
  }
}
