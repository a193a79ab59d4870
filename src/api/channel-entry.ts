import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { GafferError } from '../errors.ts';
import type { GafferNode } from '../job/node.ts';
import type { Doorkeeper } from './access/doorkeeper.ts';
import { type AccessEntry, noteChannel, shownUrl } from './access-log.ts';
import type { ChannelCounts, Channels } from './channels/channels.ts';
import { refuseUpgrade } from './channels/upgrade-answer.ts';
import { sendError } from './error-answer.ts';
import { failureBody, frameworkErrorBody } from './error-body.ts';
import { type GuardOptions, refusalOf } from './guard.ts';

/** What channels are let in with. */
export interface ChannelEntryOptions extends GuardOptions {
  readonly ready?: Promise<unknown>;
  readonly log?: (entry: AccessEntry) => void;
  readonly warn?: (message: string, error: unknown) => void;
}

/** Whether a request is for a channel: SockJS serves all below that. */
export function isChannelPath(url = ''): boolean {
  return /^\/channel([/?]|$)/.test(url);
}

/**
 * Lets channels in. Their requests do not go through the hooks of the others: what holds for those is seen to here. What
 * channels need is loaded with the first one.
 */
export class ChannelEntry {
  readonly #node: GafferNode;
  readonly #door: Doorkeeper;
  readonly #options: ChannelEntryOptions;
  #channels: Promise<Channels> | undefined;

  /** @param door is asked for every channel who may have it */
  constructor(node: GafferNode, door: Doorkeeper, options: ChannelEntryOptions) {
    this.#node = node;
    this.#door = door;
    this.#options = options;
  }

  /** How many channels there are; undefined before the first one. */
  async counts(): Promise<ChannelCounts | undefined> {
    return (await this.#channels)?.counts;
  }

  /** A request below `/channel`. */
  async request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = refusalOf(request, this.#options);
    if (refused !== undefined) {
      sendError(response, frameworkErrorBody(403, refused));
      return;
    }
    try {
      const channels = await this.#load();
      channels.request(request, response);
    } catch (error) {
      if (!(error instanceof GafferError)) {
        this.#options.warn?.(`${request.method ?? ''} ${shownUrl(request.url ?? '')} failed`, error);
      }
      sendError(response, failureBody(error));
    }
  }

  /** A request for a WebSocket. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => undefined);
    if (this.#options.log !== undefined) {
      noteChannel(request, socket, this.#options.log);
    }
    const refused = refusalOf(request, this.#options);
    if (refused !== undefined) {
      refuseUpgrade(socket, frameworkErrorBody(403, refused));
      return;
    }
    try {
      const channels = await this.#load();
      channels.upgrade(request, socket, head);
    } catch (error) {
      this.#options.warn?.(`${shownUrl(request.url ?? '')} failed`, error);
      socket.destroy();
    }
  }

  /** Closes every channel. */
  async close(): Promise<void> {
    (await this.#channels)?.close();
  }

  async #load(): Promise<Channels> {
    const { allowedOrigins, warn, ready } = this.#options;
    this.#channels ??= import('./channels/channels.ts').then(
      ({ Channels }) => new Channels({ node: this.#node, door: this.#door, allowedOrigins, warn: (message, error) => warn?.(message, error) }),
    );
    const channels = await this.#channels;
    await ready;
    return channels;
  }
}
