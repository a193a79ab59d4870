import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { GafferError, messageOf } from '../../errors.ts';

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** What TLS to an etcd takes, as PEM. */
export interface EtcdTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Which member of an etcd is asked, and how. */
export interface EtcdHttpOptions {
  /** Like `http://10.0.0.5:2379`. */
  readonly endpoint: string;
  readonly tls?: EtcdTls | undefined;
  /** How long an answer may take. */
  readonly timeoutMs: number;
}

/** etcd has answered, but it does not do what it was asked. */
export class EtcdRefusal extends Error {
  /** Why, as gRPC numbers it. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'EtcdRefusal';
    this.status = status;
  }
}

/** Idle connections are looked after by the system, so that it is noticed when one leads nowhere. */
const PROBE_MS = 10_000;

/**
 * Asks one member of an etcd through its JSON gateway. This is plain HTTP, so nothing has to be installed for it: the package etcd3 speaks
 * gRPC, which brings 27 packages for the seven calls that are needed here.
 */
export class EtcdHttp {
  readonly #options: EtcdHttpOptions;
  readonly #agent: Agent;
  /** Shown with each request. */
  #token: string | undefined;

  constructor(options: EtcdHttpOptions) {
    this.#options = options;
    this.#agent = new (isTls(options) ? TlsAgent : Agent)({ keepAlive: true, keepAliveMsecs: PROBE_MS });
  }

  get endpoint(): string {
    return this.#options.endpoint;
  }

  /** Shows a token from now on. */
  authorize(token: string): void {
    this.#token = token;
  }

  /** Asks once. @throws EtcdRefusal, GafferError when there is no answer that can be understood */
  async call(path: string, body: Json, signal: AbortSignal): Promise<Json> {
    const { request, response } = await this.#send(path, body, signal);
    const timer = this.#limit(request);
    try {
      return this.#read(await textOf(response));
    } catch (error) {
      throw this.#failure(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Asks for what goes on: each answer as it comes. Ends when etcd ends it. @throws EtcdRefusal, GafferError when the connection is lost */
  async *stream(path: string, body: Json, signal: AbortSignal): AsyncGenerator<Json> {
    const { response } = await this.#send(path, body, signal);
    try {
      for await (const line of linesOf(response)) {
        yield this.#read(line);
      }
    } catch (error) {
      throw this.#failure(error);
    } finally {
      response.destroy();
    }
  }

  /** Ends every connection. */
  close(): void {
    this.#agent.destroy();
  }

  /** Resolves with the beginning of the answer. */
  async #send(path: string, body: Json, signal: AbortSignal): Promise<{ readonly request: ClientRequest; readonly response: IncomingMessage }> {
    const { endpoint, tls } = this.#options;
    const text = JSON.stringify(body);
    const sent = (isTls(this.#options) ? tlsRequest : request)(`${endpoint}/v3/${path}`, {
      method: 'POST',
      agent: this.#agent,
      signal,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        ...(this.#token !== undefined && { authorization: this.#token }),
      },
      ...tls,
    });
    const timer = this.#limit(sent);
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        sent.once('response', resolve);
        sent.on('error', reject);
        sent.setSocketKeepAlive(true, PROBE_MS);
        sent.end(text);
      });
      return { request: sent, response: response.setEncoding('utf8') };
    } catch (error) {
      throw this.#failure(error);
    } finally {
      clearTimeout(timer);
    }
  }

  #limit(sent: ClientRequest): NodeJS.Timeout {
    const { endpoint, timeoutMs } = this.#options;
    return setTimeout(() => sent.destroy(new GafferError('no_answer', `${endpoint} did not answer within ${timeoutMs / 1000} s`)), timeoutMs);
  }

  #read(text: string): Json {
    const value = parsed(text);
    if (value === undefined) {
      throw new GafferError('bad_answer', `${this.endpoint}: expected a JSON object, as etcd answers, got "${text.slice(0, 100).trim()}"`);
    }
    const { error } = value;
    if (error !== undefined) {
      throw refusalOf(value, error);
    }
    return value;
  }

  #failure(error: unknown): unknown {
    if (error instanceof GafferError || error instanceof EtcdRefusal || (error instanceof Error && error.name === 'AbortError')) {
      return error;
    }
    return new GafferError('unreachable', `cannot reach ${this.endpoint}: ${messageOf(error)}`, { cause: error });
  }
}

function isTls({ endpoint }: EtcdHttpOptions): boolean {
  return endpoint.startsWith('https:');
}

/** In an answer the number is `code`; in a stream it is within `error`. */
function refusalOf(value: Json, error: unknown): EtcdRefusal {
  const inner = typeof error === 'object' && error !== null ? (error as Json) : value;
  const status = Number(inner['grpc_code'] ?? inner['code'] ?? value['code']);
  const message = [inner['message'], error].find((one) => typeof one === 'string');
  return new EtcdRefusal(Number.isInteger(status) ? status : UNKNOWN, typeof message === 'string' ? message : 'etcd has refused without a reason');
}

/** What gRPC calls a status that says nothing. */
const UNKNOWN = 2;

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: string[] = [];
  for await (const chunk of response) {
    chunks.push(chunk as string);
  }
  return chunks.join('');
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  let rest: string[] = [];
  for await (const chunk of response) {
    const [first = '', ...others] = (chunk as string).split('\n');
    rest.push(first);
    for (const other of others) {
      const line = rest.join('');
      if (line.trim() !== '') {
        yield line;
      }
      rest = [other];
    }
  }
  if (rest.join('').trim() !== '') {
    yield rest.join('');
  }
}

function parsed(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}
