import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { messageOf, systemCode } from '../../errors.ts';
import type { Outcome } from './verdict.ts';

/** One try of a delivery. */
export interface HookRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends to one address. */
export interface HookSender {
  /** Resolves when the exchange is over, however it has ended. @param signal breaks it off */
  send(request: HookRequest, signal: AbortSignal): Promise<Outcome>;
  /** Closes the connections. */
  close(): void;
}

/** What is read of an answer's body, so that the connection can be used again; more is nobody's business here. */
const MOST_READ = 16 * 1024;

/** How long a connection stays open for the next event; less than receivers usually keep theirs. */
const IDLE_MS = 1000;

/** Sends with HTTP, over one connection at a time. */
export class HttpSender implements HookSender {
  readonly #url: string;
  readonly #authorization: string | undefined;
  readonly #agent: Agent;

  /** @param url one with a user in it is asked with their password */
  constructor(url: string) {
    const plain = new URL(url);
    const { username, password } = plain;
    const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.#authorization = login === ':' ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
    plain.username = '';
    plain.password = '';
    this.#url = plain.href;
    this.#agent = new (plain.protocol === 'https:' ? TlsAgent : Agent)({ keepAlive: true, maxSockets: 1, timeout: IDLE_MS });
  }

  async send({ headers, body }: HookRequest, signal: AbortSignal): Promise<Outcome> {
    const stop = new AbortController();
    const breakOff = (): void => stop.abort();
    signal.addEventListener('abort', breakOff, { once: true });
    try {
      const { default: fetch } = await import('node-fetch'); // a node without webhooks does without
      signal.throwIfAborted();
      const response = await fetch(this.#url, {
        method: 'POST',
        agent: this.#agent,
        redirect: 'manual',
        compress: false,
        signal: stop.signal,
        headers: { ...headers, ...(this.#authorization !== undefined && { authorization: this.#authorization }) },
        body,
      });
      await readLittle(response.body as Readable | null, breakOff);
      const { status } = response;
      return {
        kind: 'answered',
        status,
        retryAfter: response.headers.get('retry-after') ?? undefined,
        location: response.headers.get('location') ?? undefined,
      };
    } catch (error) {
      return { kind: 'unanswered', reason: reasonOf(error) };
    } finally {
      signal.removeEventListener('abort', breakOff);
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Resolves when a body has ended; one that is too long, or ends badly, changes nothing about the answer. */
async function readLittle(body: Readable | null, breakOff: () => void): Promise<void> {
  let length = 0;
  await new Promise<void>((resolve) => {
    if (body === null) {
      resolve();
      return;
    }
    body.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MOST_READ) {
        breakOff();
      }
    });
    body
      .on('end', resolve)
      .on('error', () => resolve())
      .on('close', resolve);
  });
}

/** Without the address, which may be a secret, that node-fetch puts in front. */
function reasonOf(error: unknown): string {
  const message = messageOf(error).replace(/^request to \S+ failed, reason: /, '');
  return message === '' ? (systemCode(error) ?? 'the connection failed') : message;
}
