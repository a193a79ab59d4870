import { request } from 'node:http';
import { request as requestTls } from 'node:https';
import { fileURLToPath } from 'node:url';
import { RemoteNode } from '../../src/client/remote-node.ts';
import type { JobName } from '../../src/job/name.ts';
import { Program, type ProgramOptions } from './program.ts';

/** The program as admins start it. */
export const GAFFERD = fileURLToPath(new URL('../../bin/gafferd.js', import.meta.url));

/** How long processes may take to be started. */
const START_MS = 15_000;

/** An answer of the API. */
export interface DaemonAnswer {
  readonly status: number;
  readonly text: string;
  /** Undefined where it is no JSON. */
  readonly json: unknown;
}

/** gafferd, running, and how to ask it. */
export class Gafferd extends Program {
  constructor(args: readonly string[], options: Omit<ProgramOptions, 'program'>) {
    super(args, { ...options, program: GAFFERD });
  }

  /** Resolves when it listens. */
  async ready(): Promise<void> {
    await this.stderr.until(/gafferd [\d.]+ listens on .*\n/);
  }

  /** Where it answers, as it said last. */
  get urls(): readonly string[] {
    return (
      [...this.stderr.text.matchAll(/gafferd (?:[\d.]+ )?listens on (.*)$/gm)]
        .at(-1)?.[1]
        ?.split(', ')
        .map((url) => url.replace(/"}?$/, '')) ?? []
    );
  }

  /** Asks, at the first place where it answers unless another is named, and reads the whole answer. */
  async ask(method: string, path: string, body?: string | object, url = this.urls[0] ?? ''): Promise<DaemonAnswer> {
    return await askAt(url, method, path, body);
  }

  /** A client of it; the caller closes it. */
  client(url = this.urls[0] ?? ''): RemoteNode {
    return new RemoteNode({ endpoint: url });
  }

  /** Os pids of a job's processes, as soon as all of them have one. */
  async osPids(name: JobName): Promise<number[]> {
    let pids = await this.#osPids(name);
    for (const deadline = performance.now() + START_MS; pids.includes(0) && performance.now() < deadline; pids = await this.#osPids(name)) {
      await new Promise((resolve) => setTimeout(resolve, 10)); // no event says it to whoever was not there
    }
    return pids;
  }

  async #osPids({ session, job }: JobName): Promise<number[]> {
    const answer = await this.ask('GET', `/overview?session=${session}`);
    const { jobs } = answer.json as { jobs: { name: string; processes: { os_pid: number; stopping: boolean }[] }[] };
    const found = jobs.find(({ name }) => name === `${session}.${job}`);
    return (found?.processes ?? []).filter(({ stopping }) => !stopping).map(({ os_pid }) => os_pid);
  }
}

/** Asks a server. @param url `http://…`, `https://…` whoever has signed it, or `unix:///…` */
export function askAt(
  url: string,
  method: string,
  path: string,
  body?: string | object,
  headers: Readonly<Record<string, string>> = {},
): Promise<DaemonAnswer> {
  const to = url.startsWith('unix://') ? { socketPath: url.slice('unix://'.length) } : { host: new URL(url).hostname, port: new URL(url).port };
  const ask = url.startsWith('https:') ? requestTls : request;
  return new Promise((resolve, reject) => {
    const asked = ask({ ...to, method, path, headers, agent: false, rejectUnauthorized: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: answer.statusCode ?? 0, text, json: parse(text) });
      });
    });
    asked.on('error', reject);
    asked.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
