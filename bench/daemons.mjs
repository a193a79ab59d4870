// The daemons that are compared: gafferd, supervisord, pm2. Each is run in a folder of its own with jobs, of which nothing stays.
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection, httpRequest } from './connection.mjs';
import { DaemonRun, readIfThere } from './daemon-run.mjs';
import { environment } from './environment.mjs';
import { gafferCommand, versionIn } from './tools.mjs';

/**
 * @typedef {import('./tools.mjs').Job} Job its command is words with blanks between, the first a whole path
 * @typedef {import('./connection.mjs').Place} Place
 */
/**
 * @typedef {object} Daemon
 * @property {string} name
 * @property {string} version
 * @property {(jobs: Job[]) => Promise<DaemonRun>} open
 */

/** The application, or session, that all jobs are in. */
export const application = 'shop';

const root = join(import.meta.dirname, '..');
export const gafferdCommand = [process.execPath, join(root, 'bin', 'gafferd.js')];
export const pm2Folder = join(import.meta.dirname, 'peers', 'node_modules', 'pm2');
export const pm2Client = [process.execPath, join(import.meta.dirname, 'programs', 'pm2-client.cjs')];

/** @type {Daemon} */
export const gafferd = {
  name: 'gafferd',
  version: existsSync(join(root, 'bin', 'gafferd.js')) ? versionIn(root) : '',
  open: async (jobs) => {
    const run = new Gafferd();
    await run.begin();
    await run.load(jobs, 1);
    await run.tallied(jobs.length);
    return run;
  },
};

/** @returns {Daemon[]} those that are there have a version */
export function otherDaemons() {
  return [
    { name: 'supervisord', version: supervisorVersion(), open: async (jobs) => await new Supervisord().begin(jobs) },
    { name: 'pm2', version: versionIn(pm2Folder), open: async (jobs) => await new Pm2().begin(jobs) },
  ];
}

export class Gafferd extends DaemonRun {
  constructor() {
    super('gafferd');
    this.log = join(this.folder, 'log');
    /** @type {Place} */
    this.place = { host: '127.0.0.1', port: 0 };
    this.endpoint = '';
  }

  /** @param {string[]} [nodeOptions] */
  async begin(nodeOptions = []) {
    const options = ['--state-dir', join(this.folder, 'state'), '--bind', '127.0.0.1:0', '--error-log', this.log];
    this.start([process.execPath, ...nodeOptions, join(root, 'bin', 'gafferd.js'), ...options]);
    await this.until(() => this.#listens(), 'it listens');
  }

  #listens() {
    const port = /listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(readIfThere(this.log))?.[1];
    if (port === undefined) return false;
    this.place = { host: '127.0.0.1', port: Number(port) };
    this.endpoint = `http://127.0.0.1:${port}`;
    this.env = { ...this.env, GAFFER_ENDPOINT: this.endpoint };
    this.statusCommand = gafferCommand('ps', '--app', application);
    return true;
  }

  /**
   * Over the API, through several connections at once.
   * @param {Job[]} jobs
   * @param {number} connections
   */
  async load(jobs, connections) {
    const requests = jobs.map((job) => httpRequest('POST', `/jobs/${application}`, JSON.stringify(this.configOf(job)))).reverse();
    await this.through(connections, async (connection) => {
      for (let request = requests.pop(); request !== undefined; request = requests.pop()) expectOk(await connection.ask(request));
    });
  }

  /** @param {Job} job */
  configOf({ name, command }) {
    const [cmd, ...args] = command.split(' ');
    return { name, cmd, args, cwd: this.folder, os_env: true };
  }

  /**
   * @param {number} count
   * @param {(connection: Connection) => Promise<void>} work
   */
  async through(count, work) {
    const connections = Array.from({ length: count }, () => new Connection(this.place));
    await Promise.all(connections.map(work));
    for (const connection of connections) connection.close();
  }

  /** Itself, and the keeper of its children. */
  own() {
    const keeper = /"pid":(\d+)/.exec(readIfThere(join(this.folder, 'state', 'run', 'keeper', 'keeper.json')))?.[1];
    return keeper === undefined ? [this.pid] : [this.pid, Number(keeper)];
  }

  /** @type {DaemonRun['listLoad']} */
  listLoad(how) {
    return httpLoad(this.place, httpRequest('GET', `/overview?session=${application}&n=00000000`), how);
  }
}

class Supervisord extends DaemonRun {
  constructor() {
    super('supervisord');
    this.socket = join(this.folder, 'socket');
    const configuration = join(this.folder, 'supervisord.conf');
    this.configuration = configuration;
    this.statusCommand = ['supervisorctl', '-c', configuration, 'status'];
  }

  /** @param {Job[]} jobs */
  async begin(jobs) {
    const sections = jobs.map(({ name, command }) => `[program:${name}]\ncommand=${command}\ndirectory=${this.folder}\n`);
    const main = [
      `[unix_http_server]\nfile=${this.socket}`,
      `[supervisord]\nlogfile=${this.folder}/log\npidfile=${this.folder}/pid\nchildlogdir=${this.folder}\nminfds=8192`,
      '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface',
      `[supervisorctl]\nserverurl=unix://${this.socket}`,
    ];
    writeFileSync(this.configuration, [...main, ...sections].join('\n'));
    this.start(['supervisord', '--nodaemon', '-c', this.configuration]);
    await this.tallied(jobs.length);
    return this;
  }

  /** @type {DaemonRun['listLoad']} */
  listLoad(how) {
    const call = '<?xml version="1.0"?><methodCall><methodName>supervisor.getAllProcessInfo</methodName><params></params></methodCall>';
    return httpLoad({ path: this.socket }, httpRequest('POST', '/RPC2', call), how);
  }
}

class Pm2 extends DaemonRun {
  constructor() {
    super('pm2');
    const home = join(this.folder, 'home');
    this.home = home;
    this.env = { ...this.env, PM2_HOME: home, PM2_DISABLE_VERSION_CHECK: 'true' };
    this.statusCommand = [process.execPath, join(pm2Folder, 'bin', 'pm2'), 'list'];
  }

  /** @param {Job[]} jobs */
  async begin(jobs) {
    const apps = jobs.map(({ name, command }) => {
      const [script, ...args] = command.split(' ');
      return { name, script, args, cwd: this.folder, interpreter: 'none' };
    });
    const file = join(this.folder, 'apps.json');
    writeFileSync(file, JSON.stringify({ apps }));
    this.command([...pm2Client, 'start', file]);
    this.pid = Number(readIfThere(join(this.home, 'pm2.pid')));
    await this.tallied(jobs.length);
    return this;
  }

  /** @type {DaemonRun['listLoad']} */
  listLoad(how) {
    return [...pm2Client, 'list', JSON.stringify(how)];
  }
}

/**
 * Asks an HTTP server the same thing over and over.
 * @param {Place} place
 * @param {Buffer} request
 * @param {{ connections: number, seconds: number }} how
 */
export function httpLoad(place, request, how) {
  return [process.execPath, join(import.meta.dirname, 'programs', 'load.mjs'), JSON.stringify({ place, request: `${request}`, ...how })];
}

/** @param {import('./connection.mjs').Answer} answer */
export function expectOk({ status, body }) {
  if (status >= 300) throw new Error(`gafferd answered with ${status}: ${body}`);
}

function supervisorVersion() {
  try {
    return execFileSync('supervisord', ['--version'], { encoding: 'utf8', env: environment(), stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}
