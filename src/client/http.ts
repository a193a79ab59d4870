import { Agent, type AgentOptions } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import fetch, { type RequestInit, type Response } from 'node-fetch';
import { checkMaterial, checkOwnValidity, type TlsMaterial } from '../certificates/material.ts';
import { type ErrorCode, GafferError, isErrorCode } from '../errors.ts';
import { type Advice, GAFFER_ADVICE } from './advice.ts';
import type { Endpoint } from './endpoint.ts';
import { explainFailure } from './failure.ts';
import { Liveness } from './liveness.ts';
import { Patience } from './patience.ts';

/** How a node is spoken to. */
export interface HttpOptions {
  readonly endpoint: Endpoint;
  /** Sent where the node asks for one. */
  readonly apiKey?: string | undefined;
  /** For `https://`: whom to trust, and who one is. */
  readonly tls?: TlsMaterial | undefined;
  /** Milliseconds until an answer has to begin, or a ping is answered where the answer takes its time; and until it has to go on. Default 30 000. */
  readonly timeoutMs?: number | undefined;
  /** What is advised where the node can't be asked; default what `gaffer` can do. */
  readonly advice?: Advice | undefined;
  /** Nobody sits before it: what the node refuses is told in the node's words alone. Default false. */
  readonly isPlain?: boolean | undefined;
}

/** What is asked. */
export interface Question {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly body?: string | Uint8Array;
  /** A refusal is told in the words of the node: it is not about the key that was sent. Default false. */
  readonly isPlain?: boolean;
  /** The answer may take its time, as long as a ping is answered meanwhile. Default false. */
  readonly patient?: boolean;
  readonly signal?: AbortSignal;
}

/** An answer that was read to its end. */
export interface HttpAnswer {
  readonly headers: Response['headers'];
  readonly bytes: Buffer;
}

interface Sent extends RequestInit {
  readonly headers?: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 30_000;

/** Speaks HTTP to one node, over TCP or a unix socket. */
export class HttpClient {
  readonly #options: HttpOptions;
  readonly #agent: Agent;

  /** @throws GafferError `bad_usage` for certificates that TLS can't use */
  constructor(options: HttpOptions) {
    this.#options = options;
    this.#agent = agentFor(options);
  }

  /** Asks, and reads the whole answer. @throws GafferError what the node has refused it with, or why it can't be reached */
  async ask(method: string, path: string, question: Question = {}): Promise<HttpAnswer> {
    const response = await this.open(method, path, question);
    return { headers: response.headers, bytes: await this.#read(response) };
  }

  /** What an answer says as JSON. @throws GafferError `bad_answer` */
  valueOf({ bytes }: HttpAnswer): unknown {
    try {
      return JSON.parse(bytes.toString());
    } catch (error) {
      throw this.noNode('its answer is no JSON', error);
    }
  }

  /** The failure of an answer that nobody gives who is meant to be asked. */
  noNode(why: string, cause?: unknown): GafferError {
    const { endpoint, advice = GAFFER_ADVICE } = this.#options;
    return new GafferError('bad_answer', `${endpoint.text} is not a ${advice.asked}: ${why}; name the right one with ${advice.option}`, { cause });
  }

  /** Asks, and resolves as soon as the answer has begun. */
  async open(
    method: string,
    path: string,
    { query = {}, headers = {}, json, body, isPlain = false, patient = false, signal }: Question = {},
  ): Promise<Response> {
    const url = new URL(path, this.#options.endpoint.origin);
    for (const [name, value] of Object.entries(query).filter(([, given]) => given !== undefined)) {
      url.searchParams.set(name, String(value));
    }
    const timeout = new AbortController();
    const limit = this.#limit(patient, () => timeout.abort());
    signal?.addEventListener('abort', () => timeout.abort(), { once: true });
    let response: Response;
    try {
      response = await this.#send(url, {
        method,
        signal: timeout.signal,
        headers: { ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(json !== undefined ? { body: JSON.stringify(json) } : body !== undefined && { body: Buffer.from(body as string) }),
      });
    } catch (error) {
      throw timeout.signal.aborted && signal?.aborted !== true ? this.#silence('has not answered', error) : await this.#failure(error, false);
    } finally {
      limit.end();
    }
    if (response.status >= 300) {
      throw await this.#refusal(response, isPlain);
    }
    return response;
  }

  /** Closes the connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #send(url: URL, { headers, ...request }: Sent): Promise<Response> {
    const { apiKey } = this.#options;
    return await fetch(url, {
      ...request,
      agent: this.#agent,
      redirect: 'manual',
      headers: { ...(apiKey !== undefined && { 'x-api-key': apiKey }), ...headers },
    });
  }

  /** What ends a request that is not answered. @param patient an answer may take its time while pings are answered */
  #limit(patient: boolean, onOver: () => void): Patience | Liveness {
    const { timeoutMs = TIMEOUT_MS } = this.#options;
    return patient ? new Liveness({ timeoutMs, ping: (signal) => this.#ping(signal), onSilence: onOver }) : new Patience(timeoutMs, onOver);
  }

  /** Resolves with any answer, a refusal too. */
  async #ping(signal: AbortSignal): Promise<void> {
    const response = await this.#send(new URL('/ping', this.#options.endpoint.origin), { signal });
    await response.arrayBuffer(); // so that its connection is free again
  }

  #silence(what: string, cause: unknown): GafferError {
    const { endpoint, timeoutMs = TIMEOUT_MS, advice = GAFFER_ADVICE } = this.#options;
    return new GafferError('no_answer', `${endpoint.text} ${what} within ${timeoutMs / 1000} s; is it ${advice.server} that listens there?`, {
      cause,
    });
  }

  #failure(error: unknown, hasBegun: boolean): Promise<GafferError> {
    const { endpoint, tls, advice = GAFFER_ADVICE } = this.#options;
    return explainFailure(error, { endpoint, advice, hasCertificate: tls?.cert !== undefined, hasBegun });
  }

  async #read(response: Response): Promise<Buffer> {
    const body = response.body as Readable;
    const chunks: Buffer[] = [];
    const patience = new Patience(this.#options.timeoutMs ?? TIMEOUT_MS, () => body.destroy());
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        patience.heard();
        chunks.push(chunk);
      }
    } catch (error) {
      throw patience.isOver ? this.#silence('has begun an answer and not gone on', error) : await this.#failure(error, true);
    } finally {
      patience.end();
    }
    return Buffer.concat(chunks);
  }

  async #refusal(response: Response, isPlain: boolean): Promise<GafferError> {
    const text = (await this.#read(response)).toString();
    const advice = this.#options.advice ?? GAFFER_ADVICE;
    const body = parseObject(text);
    if (body === undefined && response.headers.get('x-gaffer-seq') === null) {
      return this.noNode(`it answered ${response.status} and no JSON`);
    }
    const reason = [body?.['message'], body?.['reason'], body?.['error']].find((part) => typeof part === 'string') ?? `HTTP ${response.status}`;
    const code = codeOf(body, response.status);
    return new GafferError(
      code,
      (isPlain || this.#options.isPlain === true ? undefined : ACCESS[code]?.({ reason, isOurs: body?.['code'] === code, advice })) ?? reason,
    );
  }
}

interface Refusal {
  readonly reason: string;
  /** The node tells what is missing. */
  readonly isOurs: boolean;
  readonly advice: Advice;
}

/** What is said of a refusal for want of a key, or of its rights. */
const ACCESS: Readonly<Partial<Record<ErrorCode, (refusal: Refusal) => string>>> = {
  unauthorized: ({ advice: { keySource, keyOption, keyVariable } }) =>
    `Unauthorized access. You need an API key: ${keySource}, ${keyOption} or ${keyVariable} names one`,
  forbidden: ({ reason, isOurs, advice: { keyOption, keySource } }) =>
    `Forbidden access. API key permissions aren't enough (${reason})${isOurs ? `; ${keyOption} names another key, ${keySource}` : ''}`,
};

const CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'job_not_found',
  409: 'job_exists',
};

/** What paths of 0.4 call otherwise. */
const SAME: Readonly<Partial<Record<ErrorCode, ErrorCode>>> = {
  io_not_found: 'stream_not_found',
  io_not_redirected: 'stream_not_found',
  forbidden_write: 'not_writable',
};

function codeOf(body: Readonly<Record<string, unknown>> | undefined, status: number): ErrorCode {
  const code = body?.['code'];
  return typeof code === 'string' && isErrorCode(code) ? (SAME[code] ?? code) : (CODES[status] ?? 'bad_answer');
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function agentFor({ endpoint: { origin, socketPath }, tls = {} }: HttpOptions): Agent {
  const options: AgentOptions = { keepAlive: true };
  if (socketPath !== undefined) {
    return Object.assign(new Agent(options), { createConnection: () => connect(socketPath) });
  }
  if (!origin.startsWith('https:')) {
    return new Agent(options);
  }
  const { ca, cert, key = cert, passphrase } = tls;
  checkMaterial(tls);
  checkOwnValidity(tls, Date.now());
  return new TlsAgent({ ...options, ca, cert, key, passphrase });
}
