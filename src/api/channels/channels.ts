import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { GafferError } from '../../errors.ts';
import type { GafferNode } from '../../job/node.ts';
import { parseChannelMode } from '../../protocol/channel-mode.ts';
import { errorBody, failureBody, frameworkErrorBody } from '../error-body.ts';
import { BodyValidator } from '../validate.ts';
import { type ChannelFormat, FRAMES, PLAIN } from './channel-format.ts';
import { ControlChannel, type ControlContext } from './control-channel.ts';
import { EventMessages } from './event-messages.ts';
import { Heartbeat } from './heartbeat.ts';
import { CLOSE } from './peer.ts';
import { ProcessChannel } from './process-channel.ts';
import type { PipesRequest } from './process-pipes.ts';
import { SockJsServer } from './sockjs-server.ts';
import { refuseUpgrade } from './upgrade-answer.ts';
import { closeSocket, WebSocketPeer } from './web-socket-peer.ts';

/** What channels are served with. */
export interface ChannelsOptions {
  readonly node: GafferNode;
  readonly warn: (message: string, error: unknown) => void;
}

/** How many channels there are, by their kind, what they follow, and what was left out for slow readers so far. */
export interface ChannelCounts {
  readonly websocket: number;
  readonly sockjs: number;
  readonly process: number;
  /** Topics that control channels follow. */
  readonly subscriptions: number;
  readonly dropped: number;
}

/** Larger than any message that is meant. */
const MOST_BYTES = 1024 * 1024;

/** How long clients may take to say good-bye when the node stops. */
const CLOSE_MS = 500;

/** The channels of a node: control channels over WebSocket and SockJS, and those to processes. The guard has let pass whoever comes here. */
export class Channels {
  readonly #node: GafferNode;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES, perMessageDeflate: false, clientTracking: true });
  readonly #heartbeat = new Heartbeat();
  readonly #context: ControlContext;
  readonly #sockjs: SockJsServer;
  #counts = { websocket: 0, process: 0, subscriptions: 0, dropped: 0 };

  constructor({ node, warn }: ChannelsOptions) {
    this.#node = node;
    this.#context = {
      node,
      warn,
      messages: new EventMessages(),
      bodies: new BodyValidator(),
      subscribed: (change) => {
        this.#counts.subscriptions += change;
      },
      dropped: (count) => {
        this.#counts.dropped += count;
      },
    };
    this.#sockjs = new SockJsServer({
      connected: (peer) => new ControlChannel(this.#context, peer),
      warn: (message) => warn(message, undefined),
    });
  }

  get counts(): ChannelCounts {
    return { ...this.#counts, sockjs: this.#sockjs.count };
  }

  /** A request below `/channel`. */
  request(request: IncomingMessage, response: ServerResponse): void {
    this.#sockjs.request(request, response);
  }

  /** A request for a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://node');
      const [, pid, kind, stream] = /^\/(\d{1,15})\/channel(\/(.+))?$/.exec(pathname) ?? [];
      const [, oldPid] = /^\/wstreams\/(\d{1,15})$/.exec(pathname) ?? [];
      if (pathname === '/channel/websocket') {
        this.#openControl(request, socket, head);
      } else if (pid !== undefined) {
        const pipes = {
          pid: Number(pid),
          stream: kind === undefined ? undefined : decodePart(stream ?? ''),
          ...parseChannelMode(searchParams.get('mode')),
        };
        this.#openProcess({ request, socket, head, format: FRAMES, pipes });
      } else if (oldPid !== undefined) {
        this.#openProcess({ request, socket, head, format: PLAIN, pipes: { pid: Number(oldPid), stream: undefined, reads: true, writes: true } });
      } else if (pathname.startsWith('/channel/')) {
        this.#sockjs.upgrade(request, socket, head);
      } else {
        refuseUpgrade(socket, frameworkErrorBody(404, 'there is no WebSocket; those are at /channel/websocket, /PID/channel and /wstreams/PID'));
      }
    } catch (error) {
      refuseUpgrade(socket, error instanceof GafferError ? errorBody(error) : failureBody(error));
    }
  }

  /** Closes every channel. */
  close(): void {
    this.#sockjs.close();
    for (const socket of this.#server.clients) {
      closeSocket(socket, CLOSE.goingAway, 'the node is stopping', CLOSE_MS);
    }
  }

  #openControl(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#heartbeat.add(webSocket);
      webSocket.on('error', () => undefined); // it closes then
      const channel = new ControlChannel(this.#context, new WebSocketPeer(webSocket));
      webSocket.on('message', (data: Buffer) => channel.receive(data.toString()));
      this.#count('websocket', webSocket);
      webSocket.once('close', () => channel.close());
    });
  }

  #openProcess({ request, socket, head, format, pipes }: ProcessOpening): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#heartbeat.add(webSocket);
      webSocket.on('error', () => undefined);
      this.#count('process', webSocket);
      void new ProcessChannel(webSocket, format).open(this.#node, pipes);
    });
  }

  #count(kind: 'websocket' | 'process', socket: { once(event: 'close', listener: () => void): unknown }): void {
    this.#counts[kind] += 1;
    socket.once('close', () => {
      this.#counts[kind] -= 1;
    });
  }
}

interface ProcessOpening {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly format: ChannelFormat;
  readonly pipes: PipesRequest;
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new GafferError('bad_request', `expected the label of a stream behind /channel/, got "${text}"`, { cause: error });
  }
}
