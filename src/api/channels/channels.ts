import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { GafferError } from '../../errors.ts';
import type { GafferNode } from '../../job/node.ts';
import type { Caller } from '../access/caller.ts';
import { type Doorkeeper, hasKey } from '../access/doorkeeper.ts';
import { errorBody, failureBody, frameworkErrorBody } from '../error-body.ts';
import type { GuardOptions } from '../guard.ts';
import { BodyValidator } from '../validate.ts';
import { type ChannelFormat, FRAMES, PLAIN } from './channel-format.ts';
import { parseChannelPath } from './channel-path.ts';
import { ControlChannel, type ControlContext } from './control-channel.ts';
import { openControlSocket } from './control-socket.ts';
import { EventMessages } from './event-messages.ts';
import { Heartbeat } from './heartbeat.ts';
import { CLOSE } from './peer.ts';
import { ProcessChannel } from './process-channel.ts';
import type { PipesRequest } from './process-pipes.ts';
import { SockJsServer } from './sockjs-server.ts';
import { refuseUpgrade } from './upgrade-answer.ts';
import { type Framing, WebSocketPeer } from './web-socket-peer.ts';

/** What channels are served with. */
export interface ChannelsOptions extends Pick<GuardOptions, 'allowedOrigins'> {
  readonly node: GafferNode;
  readonly door: Doorkeeper;
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

/** By itself `ws` breaks a connection off that takes long to close; the peers know better whether something still moves. */
const LONGEST_CLOSE_MS = 3_600_000;

const SERVER = { noServer: true, maxPayload: MOST_BYTES, perMessageDeflate: false, clientTracking: false, closeTimeout: LONGEST_CLOSE_MS };

/** What WebSockets are there for. */
type PeerKind = 'websocket' | 'sockjs' | 'process';

/** A request for a WebSocket. */
interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** The channels of a node: control channels over WebSocket and SockJS, and those to processes. The guard has let pass whoever comes here. */
export class Channels {
  readonly #context: ControlContext;
  readonly #server = new WebSocketServer(SERVER);
  readonly #peers = new Map<WebSocketPeer, PeerKind>();
  readonly #heartbeat = new Heartbeat();
  readonly #sockjs: SockJsServer;
  #subscriptions = 0;
  #dropped = 0;
  #isClosed = false;

  constructor({ node, door, warn, allowedOrigins }: ChannelsOptions) {
    this.#context = {
      node,
      door,
      warn,
      messages: new EventMessages(),
      bodies: new BodyValidator(),
      subscribed: (change) => {
        this.#subscriptions += change;
      },
      dropped: (count) => {
        this.#dropped += count;
      },
    };
    this.#sockjs = new SockJsServer({
      prefix: '/channel',
      connected: (peer) => new ControlChannel(this.#context, peer, undefined),
      allowedOrigins,
      warn: (message) => warn(message, undefined),
    });
    this.#server.on('wsClientError', ({ message }, socket) => refuseUpgrade(socket, frameworkErrorBody(400, message)));
  }

  get counts(): ChannelCounts {
    const kinds = [...this.#peers.values()];
    const count = (kind: PeerKind): number => kinds.filter((one) => one === kind).length;
    return {
      websocket: count('websocket'),
      sockjs: count('sockjs') + this.#sockjs.count,
      process: count('process'),
      subscriptions: this.#subscriptions,
      dropped: this.#dropped,
    };
  }

  /** A request below `/channel`. */
  request(request: IncomingMessage, response: ServerResponse): void {
    this.#sockjs.request(request, response);
  }

  /** A request for a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const upgrade = { request, socket, head };
    try {
      if (this.#isClosed) {
        throw new GafferError('not_ready', 'the node is stopping');
      }
      const path = parseChannelPath(request.url ?? '');
      switch (path?.kind) {
        case 'control':
          this.#openControl(upgrade, 'none');
          break;
        case 'sockjs':
          this.#openControl(upgrade, 'sockjs');
          break;
        case 'process':
          this.#openProcess(upgrade, FRAMES, path.pipes);
          break;
        case 'plain':
          this.#openProcess(upgrade, PLAIN, path.pipes);
          break;
        case undefined:
          refuseUpgrade(
            socket,
            frameworkErrorBody(
              404,
              'there is no WebSocket; those are at /channel/websocket, /PID/channel, /wstreams/PID, and for SockJS below /channel',
            ),
          );
      }
    } catch (error) {
      refuseUpgrade(socket, error instanceof GafferError ? errorBody(error) : failureBody(error));
    }
  }

  /** Closes every channel, and opens no other. */
  close(): void {
    this.#isClosed = true;
    this.#sockjs.close();
    for (const peer of this.#peers.keys()) {
      peer.close(CLOSE.goingAway, 'the node is stopping', CLOSE_MS);
    }
  }

  #openControl(upgrade: Upgrade, framing: Framing): void {
    const caller = this.#callerOf(upgrade);
    this.#open(upgrade, framing === 'sockjs' ? 'sockjs' : 'websocket', (webSocket) => {
      const peer = new WebSocketPeer({ webSocket, connection: upgrade.socket, framing });
      openControlSocket(this.#context, { webSocket, peer, caller });
      return peer;
    });
  }

  #openProcess(upgrade: Upgrade, format: ChannelFormat, pipes: PipesRequest | undefined): void {
    const { node, door, warn } = this.#context;
    const caller = this.#callerOf(upgrade);
    this.#open(upgrade, 'process', (webSocket) => {
      const peer = new WebSocketPeer({ webSocket, connection: upgrade.socket });
      void new ProcessChannel({ webSocket, peer, format, door, warn }).open({ node, caller }, pipes);
      return peer;
    });
  }

  /** Who has shown a key with the request; whoever has not may do so on the channel. @throws GafferError `forbidden` */
  #callerOf({ request: { headers } }: Upgrade): Caller | undefined {
    return hasKey(headers) ? this.#context.door.admit(headers) : undefined;
  }

  #open({ request, socket, head }: Upgrade, kind: PeerKind, begin: (webSocket: WebSocket) => WebSocketPeer): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const peer = begin(webSocket);
      this.#peers.set(peer, kind);
      this.#heartbeat.add(peer);
      webSocket.once('close', () => {
        this.#peers.delete(peer);
        this.#heartbeat.remove(peer);
      });
    });
  }
}
