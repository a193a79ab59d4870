import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { WebSocket as Socket } from 'ws';
import { GafferError } from '../errors.ts';
import type { LookupEvent } from '../protocol/lookup-event.ts';
import { readLookupEvent } from '../protocol/read-lookup-event.ts';
import { LOOKUP_ADVICE } from './advice.ts';
import { explainFailure } from './failure.ts';
import type { HttpOptions } from './http.ts';

/** Is told what changes. */
export type LookupListener = (event: LookupEvent) => void;

/** What a lookupd tells over one connection. */
export interface LookupFeed {
  /** Resolves with the reason when the connection is lost; never where it was ended here. */
  readonly lost: Promise<GafferError>;
  /** Nothing more is read, until it is again: the lookupd leaves out what is too much then, and the feed is lost. */
  pause(): void;
  resume(): void;
  /** Nothing more is told. */
  end(): void;
}

/** How often the lookupd is asked whether it is there; by the next time it has to have shown something of itself. */
const HEARTBEAT_MS = 15_000;

/** Longer than any event. */
const LONGEST_MESSAGE = 64 * 1024;

/** Opens a feed of what a lookupd is told; its library is loaded with the first one. @throws GafferError */
export async function openLookupFeed(options: HttpOptions, listener: LookupListener): Promise<LookupFeed> {
  const { WebSocket } = await import('ws');
  const { endpoint, apiKey, tls = {}, timeoutMs } = options;
  const { ca, cert, key = cert, passphrase } = tls;
  const { socketPath } = endpoint;
  const socket = new WebSocket(`${endpoint.origin.replace(/^http/, 'ws')}/lookup/websocket`, {
    maxPayload: LONGEST_MESSAGE,
    perMessageDeflate: false,
    ...(timeoutMs !== undefined && { handshakeTimeout: timeoutMs }),
    ...(apiKey !== undefined && { headers: { 'x-api-key': apiKey } }),
    ...(socketPath === undefined ? { ca, cert, key, passphrase } : { createConnection: () => connect(socketPath) }),
  });
  const explain = (error: unknown): Promise<GafferError> =>
    explainFailure(error, { endpoint, advice: options.advice ?? LOOKUP_ADVICE, hasCertificate: cert !== undefined, hasBegun: false });
  const feed = new OpenFeed(socket, listener, endpoint.text);
  try {
    await feed.opened;
  } catch (error) {
    throw error instanceof GafferError ? error : await explain(error);
  }
  return feed;
}

class OpenFeed implements LookupFeed {
  readonly opened: Promise<void>;
  readonly lost: Promise<GafferError>;
  readonly #socket: Socket;
  readonly #place: string;
  readonly #listener: LookupListener;
  #isEnded = false;
  #isHeard = true;
  #reason: string | undefined;

  constructor(socket: Socket, listener: LookupListener, place: string) {
    this.#socket = socket;
    this.#place = place;
    this.#listener = listener;
    this.opened = new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.on('error', reject); // stays: a socket without a listener would throw
      socket.once('unexpected-response', (_, response) => {
        reject(refusalOf(response, place));
        socket.terminate();
      });
    });
    this.lost = new Promise((resolve) => {
      socket.once('close', (_, reason) => {
        if (!this.#isEnded) {
          resolve(this.#lossOf(reason.toString()));
        }
      });
    });
    socket.on('message', (data) => this.#hear((data as Buffer).toString()));
    this.#watch(socket);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#isHeard = true;
    this.#socket.resume();
  }

  end(): void {
    this.#isEnded = true;
    this.#socket.terminate();
  }

  #hear(text: string): void {
    this.#isHeard = true;
    const event = this.#isEnded ? undefined : readLookupEvent(text);
    if (event !== undefined) {
      this.#listener(event);
    } else if (text.includes('"gaffer:dropped"')) {
      this.#reason = 'it has left out some of what has changed, which was read too slowly';
      this.#socket.terminate();
    }
  }

  #lossOf(reason: string): GafferError {
    const why = this.#reason ?? reason;
    return new GafferError('unreachable', `${this.#place} has closed the connection${why === '' ? '' : `: ${why}`}`);
  }

  /** Finds a connection of which the other end is gone, without a word. */
  #watch(socket: Socket): void {
    socket.on('pong', () => {
      this.#isHeard = true;
    });
    const timer = setInterval(() => {
      if (!this.#isHeard && !socket.isPaused) {
        socket.terminate();
      }
      this.#isHeard = false;
      if (socket.readyState === socket.OPEN) {
        socket.ping();
      }
    }, HEARTBEAT_MS);
    socket.once('open', () => timer.refresh());
    socket.once('close', () => clearInterval(timer));
  }
}

/** Why there is no WebSocket. */
function refusalOf({ statusCode = 0 }: IncomingMessage, place: string): GafferError {
  const { asked, option } = LOOKUP_ADVICE;
  return new GafferError(
    'bad_answer',
    `${place} is not a ${asked}: it answered ${statusCode} in place of its events; name the right one with ${option}`,
  );
}
