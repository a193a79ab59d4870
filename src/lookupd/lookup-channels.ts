import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Caller } from '../api/access/caller.ts';
import { ANYBODY } from '../api/access/caller.ts';
import { type Doorkeeper, hasKey } from '../api/access/doorkeeper.ts';
import { Heartbeat } from '../api/channels/heartbeat.ts';
import { CLOSE } from '../api/channels/peer.ts';
import { readMessages } from '../api/channels/sockjs-frames.ts';
import { SockJsServer } from '../api/channels/sockjs-server.ts';
import { refuseUpgrade } from '../api/channels/upgrade-answer.ts';
import { type Framing, WebSocketPeer } from '../api/channels/web-socket-peer.ts';
import { failureBody, frameworkErrorBody } from '../api/error-body.ts';
import type { GuardOptions } from '../api/guard.ts';
import { GafferError } from '../errors.ts';
import type { NodeConnections } from './node-connections.ts';
import type { Watchers } from './watchers.ts';

/** What the channels of a lookupd lead to. */
export interface LookupChannelsOptions extends Pick<GuardOptions, 'allowedOrigins'> {
  readonly nodes: NodeConnections;
  readonly watchers: Watchers;
  readonly door: Doorkeeper;
  readonly warn: (message: string) => void;
}

/** Larger than any message that is meant. */
const MOST_BYTES = 64 * 1024;

/** How long clients may take to say good-bye when it stops. */
const CLOSE_MS = 500;

const SERVER = { noServer: true, maxPayload: MOST_BYTES, perMessageDeflate: false, clientTracking: false };

/** Whether nodes connect there. */
export function isNodePath(path: string): boolean {
  return NODE.test(path);
}

const NODE = /^\/ws\/?$/;
const WATCH = /^\/lookup\/websocket\/?$/;
const SOCKJS = /^\/lookup\/[^/.]+\/[^/.]+\/websocket\/?$/;

/** The WebSockets of a lookupd: of nodes at `/ws`, of those who follow what they tell at `/lookup`, there over SockJS as well. */
export class LookupChannels {
  readonly #options: LookupChannelsOptions;
  readonly #server = new WebSocketServer(SERVER);
  readonly #peers = new Set<WebSocketPeer>();
  /** Nodes answer at once, and there are many; they say by themselves that they are there. */
  readonly #nodeBeat: Heartbeat;
  readonly #watcherBeat: Heartbeat;
  readonly #sockjs: SockJsServer;
  #isClosed = false;

  /** @param heartbeatMs how often the other sides are asked whether they are there */
  constructor(options: LookupChannelsOptions, heartbeatMs: number) {
    this.#options = options;
    this.#nodeBeat = new Heartbeat({ everyMs: heartbeatMs, mostMissed: 1, countsReading: false, asksSpeakers: false });
    this.#watcherBeat = new Heartbeat({ everyMs: heartbeatMs, mostMissed: 1 });
    this.#sockjs = new SockJsServer({
      prefix: '/lookup',
      connected: (peer) => options.watchers.add(peer, undefined),
      allowedOrigins: options.allowedOrigins,
      warn: options.warn,
    });
    this.#server.on('wsClientError', ({ message }, socket) => refuseUpgrade(socket, frameworkErrorBody(400, message)));
  }

  /** A request below `/lookup`. */
  request(request: IncomingMessage, response: ServerResponse): void {
    this.#sockjs.request(request, response);
  }

  /** A request for a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const [path = ''] = (request.url ?? '').split('?');
    try {
      if (this.#isClosed) {
        throw new GafferError('not_ready', 'the lookupd is stopping');
      }
      if (isNodePath(path)) {
        const caller = this.#options.door.asksForKeys ? this.#options.door.admit(request.headers) : ANYBODY;
        this.#open({ request, socket, head }, { framing: 'none', heartbeat: this.#nodeBeat }, (webSocket, peer) =>
          this.#options.nodes.add(webSocket, peer, caller),
        );
      } else if (WATCH.test(path) || SOCKJS.test(path)) {
        const caller = hasKey(request.headers) ? this.#options.door.admit(request.headers) : undefined;
        const framing = SOCKJS.test(path) ? 'sockjs' : 'none';
        this.#open({ request, socket, head }, { framing, heartbeat: this.#watcherBeat }, (webSocket, peer) => this.#watch(webSocket, peer, caller));
      } else {
        refuseUpgrade(socket, frameworkErrorBody(404, 'there is no WebSocket; those are at /ws for nodes, and at /lookup/websocket'));
      }
    } catch (error) {
      refuseUpgrade(socket, failureBody(error));
    }
  }

  /** Closes every channel, and opens no other. */
  close(): void {
    this.#isClosed = true;
    this.#sockjs.close();
    for (const peer of this.#peers) {
      peer.close(CLOSE.goingAway, 'the lookupd is stopping', CLOSE_MS);
    }
  }

  #watch(webSocket: WebSocket, peer: WebSocketPeer, caller: Caller | undefined): void {
    const watcher = this.#options.watchers.add(peer, caller);
    webSocket.on('message', (data: Buffer) => {
      const messages = peer.framing === 'none' ? [data.toString()] : readMessages(data.toString());
      if (messages === undefined) {
        peer.close(CLOSE.brokenFrames, 'Broken framing.');
      }
      for (const message of messages ?? []) {
        watcher.receive(message);
      }
    });
    webSocket.once('close', () => watcher.close());
  }

  #open(
    { request, socket, head }: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
    { framing, heartbeat }: { readonly framing: Framing; readonly heartbeat: Heartbeat },
    begin: (webSocket: WebSocket, peer: WebSocketPeer) => void,
  ): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const peer = new WebSocketPeer({ webSocket, connection: socket, framing });
      this.#peers.add(peer);
      heartbeat.add(peer);
      webSocket.once('close', () => {
        this.#peers.delete(peer);
        heartbeat.remove(peer);
      });
      begin(webSocket, peer);
    });
  }
}
