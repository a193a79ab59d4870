import { inspect } from 'node:util';
import { RemoteNode } from '../../client/remote-node.ts';
import { GafferError } from '../../errors.ts';
import { textOfError } from '../error-text.ts';
import type { FromThread, RouteRequest } from '../messages.ts';
import type { PluginLog, RouteHandler } from '../plugin.ts';
import type { Route } from '../route-path.ts';

/** What the answers of a plugin need of its thread. */
export interface AnswersOptions {
  /** Where the node of a request is asked. */
  readonly endpoint: string;
  readonly tell: (message: FromThread) => void;
  readonly log: PluginLog;
}

/** An answer that is being given. */
interface OpenAnswer {
  readonly gone: AbortController;
  /** Goes on when more is wanted. */
  more: () => void;
}

/** Statuses that have no body: `Response` takes none for them. */
const BODILESS: readonly number[] = [204, 205, 304];

/** Answers requests by a plugin's handlers: a piece of a body goes out when the one before it was taken. */
export class Answers {
  readonly #options: AnswersOptions;
  readonly #handlers = new Map<string, RouteHandler>();
  readonly #open = new Map<number, OpenAnswer>();

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  add({ method, path }: Route, handler: RouteHandler): void {
    this.#handlers.set(`${method} ${path}`, handler);
  }

  more(id: number): void {
    this.#open.get(id)?.more();
  }

  /** Nobody waits for an answer any more. */
  giveUp(id: number): void {
    const answer = this.#open.get(id);
    answer?.gone.abort();
    answer?.more();
  }

  /** Answers a request; what goes wrong is logged. */
  async answer(id: number, name: string, asked: RouteRequest): Promise<void> {
    const { endpoint, tell, log } = this.#options;
    const answer: OpenAnswer = { gone: new AbortController(), more: () => undefined };
    this.#open.set(id, answer);
    const node = new RemoteNode({ endpoint, apiKey: asked.secret, isPlain: true });
    try {
      const { params, keyId, from } = asked;
      const response: unknown = await this.#handlers.get(name)?.(requestOf(asked, answer.gone.signal), { params, node, keyId, from });
      expectResponse(response);
      tell({ kind: 'head', id, status: response.status, headers: headersOf(response) });
      if (asked.method === 'HEAD' || BODILESS.includes(response.status)) {
        await response.body?.cancel();
      } else {
        await this.#send(id, response, answer);
      }
      tell({ kind: 'end', id });
    } catch (error) {
      const refused = error instanceof GafferError ? { code: error.code, message: error.message } : undefined;
      if (!answer.gone.signal.aborted && refused === undefined) {
        log.error(`${asked.method} ${new URL(asked.url).pathname} failed: ${textOfError(error)}`);
      }
      tell({ kind: 'broken', id, ...(refused !== undefined && { refused }) });
    } finally {
      this.#open.delete(id);
      node.close();
    }
  }

  async #send(id: number, { body }: Response, answer: OpenAnswer): Promise<void> {
    const { signal } = answer.gone;
    const reader = body?.getReader();
    const cancel = (): void => void reader?.cancel().catch(() => undefined);
    signal.addEventListener('abort', cancel);
    try {
      await this.#passOn(id, reader, answer);
    } catch (error) {
      cancel();
      throw error;
    }
  }

  async #passOn(id: number, reader: ReadableStreamDefaultReader<unknown> | undefined, answer: OpenAnswer): Promise<void> {
    const { signal } = answer.gone;
    for (let piece = await reader?.read(); piece !== undefined && !piece.done && !signal.aborted; piece = await reader?.read()) {
      const bytes = piece.value;
      if (!(bytes instanceof Uint8Array)) {
        throw new TypeError(`expected a body of bytes, got ${inspect(bytes)}`);
      }
      const taken = new Promise<void>((resolve) => {
        answer.more = resolve;
      });
      this.#options.tell({ kind: 'chunk', id, bytes: bytes.slice() });
      await taken; // or until nobody waits any more
    }
  }
}

/** @throws TypeError for what can't be sent */
function expectResponse(response: unknown): asserts response is Response {
  if (!(response instanceof Response)) {
    throw new TypeError(`expected a Response, got ${inspect(response)}`);
  }
  if (response.type === 'error') {
    throw new TypeError('expected a Response with a status, got Response.error()');
  }
  if (response.bodyUsed || response.body?.locked === true) {
    throw new TypeError('expected a Response with a body that nobody else reads or has read');
  }
}

function requestOf({ method, url, headers, body }: RouteRequest, signal: AbortSignal): Request {
  const content = body !== undefined && body.byteLength > 0 && method !== 'GET' && method !== 'HEAD' ? { body: body as Uint8Array<ArrayBuffer> } : {};
  return new Request(url, { method, headers: headers.map(([name, value]): [string, string] => [name, value]), signal, ...content });
}

/** As they are sent: each cookie has a header of its own. */
function headersOf({ headers }: Response): readonly (readonly [string, string])[] {
  return [...headers];
}
