// gaffer_lookupd, the etcd that it may keep everything in, what does the least that it could do, and the nodes that all of them are told of.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { httpRequest } from './connection.mjs';
import { DaemonRun } from './daemon-run.mjs';
import { httpLoad } from './daemons.mjs';
import { pinnedClient, pinServer } from './pinning.mjs';
import { preciseCpuMs } from './proc.mjs';
import { versionIn } from './tools.mjs';

const root = join(import.meta.dirname, '..');
const program = join(root, 'bin', 'gaffer_lookupd.js');
const programs = join(import.meta.dirname, 'programs');

/** What takes part; without a version it is not there. */
export const lookupd = { name: 'gaffer_lookupd', version: existsSync(program) ? versionIn(root) : '' };
export const etcd = { name: 'etcd', version: /etcd Version: (\S+)/.exec(`${spawnSync('etcd', ['--version']).stdout}`)?.[1] ?? '' };

/**
 * Whatever nodes can register with.
 * @typedef {DaemonRun & { place: import('./connection.mjs').Place }} Server
 */

export class Lookupd extends DaemonRun {
  /** @param {string} store as its option takes it */
  constructor(store) {
    super('gaffer_lookupd');
    this.store = store;
    this.log = join(this.folder, 'log');
    this.place = { host: '127.0.0.1', port: 0 };
  }

  async begin() {
    this.place = { host: '127.0.0.1', port: await freePort() };
    await this.restart();
  }

  /** Starts it, where it was before. Answers how long that took. @param {string[]} [nodeOptions] */
  async restart(nodeOptions = []) {
    const lines = this.#listening();
    const begun = performance.now();
    const { host, port } = this.place;
    const options = ['--bind', `${host}:${port}`, '--backlog', '1024', '--store', this.store, '--error-log', this.log];
    this.start([process.execPath, ...nodeOptions, program, ...options, '--state-dir', join(this.folder, 'state')]);
    await this.until(() => this.#listening() > lines, 'it listens');
    pinServer(this.pid);
    return performance.now() - begun;
  }

  /** Ends it as the kernel would. */
  async kill() {
    this.closing = true;
    this.child?.kill('SIGKILL');
    if (this.child) await once(this.child, 'exit');
    this.closing = false;
  }

  /** How often it has begun to listen. */
  #listening() {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').split(' listens on ').length - 1 : 0;
  }
}

export class Etcd extends DaemonRun {
  constructor() {
    super('etcd');
    this.address = '';
  }

  async begin() {
    const [client, peer] = [await freePort(), await freePort()].map((port) => `http://127.0.0.1:${port}`);
    const addresses = ['--listen-client-urls', client, '--advertise-client-urls', client, '--listen-peer-urls', peer];
    const options = ['--initial-advertise-peer-urls', peer, '--initial-cluster', `default=${peer}`, '--data-dir', join(this.folder, 'data')];
    this.start(['etcd', ...addresses, ...options, '--log-level', 'error']);
    for (let answers = false; !answers; ) {
      answers = await fetch(`${client}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    }
    this.address = `etcd://${new URL(client).host}`;
  }
}

export class BareLookupd extends DaemonRun {
  constructor() {
    super('ws');
    this.place = { host: '127.0.0.1', port: 0 };
  }

  /** @param {string} body what it answers to every request */
  async begin(body) {
    const line = [join(programs, 'bare-lookupd.mjs'), body];
    const server = spawn(process.execPath, line, { cwd: this.folder, env: this.env, stdio: ['ignore', 'pipe', this.errors] });
    this.pid = server.pid ?? 0;
    const output = /** @type {import('node:stream').Readable} */ (server.stdout);
    const [port] = await once(output, 'data');
    this.place = { host: '127.0.0.1', port: Number(port) };
    output.destroy();
    pinServer(this.pid);
  }
}

/** @typedef {{ median: number, p99: number }} Percentiles */

/** Many nodes in one process. */
export class Nodes {
  /**
   * @param {Server} server
   * @param {{ nodes: number, jobs: number }} size
   */
  constructor({ place, env }, size) {
    const [file, ...args] = pinnedClient([process.execPath, join(programs, 'nodes.mjs'), JSON.stringify({ place, ...size })]);
    this.child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.printed = '';
  }

  /** @returns {Promise<{ ms: number, messages: number }>} until all have registered everything */
  register() {
    return this.#do({ do: 'register' });
  }

  /** @param {number} watchers who follow from now on */
  watch(watchers) {
    return this.#do({ do: 'watch', watchers });
  }

  /**
   * @param {{ rate: number, seconds: number }} how
   * @returns {Promise<{ sent: number, answered: number, answeredMs: Percentiles, heard: number, missed: number, heardMs: Percentiles }>}
   */
  churn(how) {
    return this.#do({ do: 'churn', ...how });
  }

  /** Until all have registered everything again. To be called before they are cut off. */
  back() {
    return this.#do({ do: 'back' });
  }

  async close() {
    this.child.stdin.end();
    if (this.child.exitCode === null) await once(this.child, 'exit');
  }

  /**
   * @param {object} what
   * @returns {Promise<any>}
   */
  async #do(what) {
    this.child.stdin.write(`${JSON.stringify(what)}\n`);
    while (!this.printed.includes('\n')) {
      const [chunk] = await once(this.child.stdout, 'readable').then(() => [this.child.stdout.read()]);
      if (chunk === null) throw new Error('the nodes have ended by themselves');
      this.printed += chunk;
    }
    const end = this.printed.indexOf('\n');
    const line = this.printed.slice(0, end);
    this.printed = this.printed.slice(end + 1);
    return JSON.parse(line);
  }
}

/**
 * Asks so many times a second, and answers how long answers took.
 * @param {Server} server
 * @param {{ paths: string[], rate: number, seconds: number }} how
 * @returns {Promise<Percentiles & { bytes: number }>}
 */
export async function ask({ place, env }, how) {
  const [file, ...args] = pinnedClient([process.execPath, join(programs, 'asker.mjs'), JSON.stringify({ place, ...how })]);
  const client = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(await text(client.stdout));
}

/**
 * How many answers it gives in a second to 8 who ask the same over and over.
 * @param {Server} server
 * @param {{ path: string, seconds: number }} how
 */
export async function mostAnswers({ place, env }, { path, seconds }) {
  const [file, ...args] = pinnedClient(httpLoad(place, httpRequest('GET', path), { connections: 8, seconds }));
  const client = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const { answers, ms } = JSON.parse(await text(client.stdout));
  return (answers / ms) * 1000;
}

/**
 * What of a core a server uses until then, and what came of that.
 * @template T
 * @param {Server} server
 * @param {Promise<T>} until
 * @returns {Promise<[number, T]>}
 */
export async function cpuPercent({ pid }, until) {
  const before = { cpuMs: preciseCpuMs(pid), at: performance.now() };
  const result = await until;
  return [((preciseCpuMs(pid) - before.cpuMs) / (performance.now() - before.at)) * 100, result];
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
