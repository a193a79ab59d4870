// The daemons once more, as runs in which the daemon alone is killed and then started again, as its users start it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection, httpRequest } from './connection.mjs';
import { DaemonRun } from './daemon-run.mjs';
import { application, expectOk, Gafferd, gafferdCommand, pm2Client, pm2Folder } from './daemons.mjs';
import { pause } from './figures.mjs';
import { isAlive } from './proc.mjs';
import { gafferCommand } from './tools.mjs';

/** @typedef {import('./tools.mjs').Job} Job */
/**
 * @typedef {object} MortalWays
 * @property {(jobs: Job[], instances: number) => Promise<void>} open starts it, and the jobs with that many processes each
 * @property {() => Promise<void>} again starts it anew on what it has left, and waits until it can be asked
 * @property {() => Promise<number[]>} pids those of the processes that it says to run
 * @property {() => string[]} logs where it, or who follows it, writes what they print
 * @property {(line: string) => string | undefined} lineIn what of a line in there the process has written, if it has
 *
 * @typedef {DaemonRun & MortalWays} MortalRun
 */

/** @type {Record<string, () => MortalRun>} */
export const mortals = {
  gafferd: () => new MortalGafferd(),
  supervisord: () => new MortalSupervisord(),
  pm2: () => new MortalPm2(),
};

/**
 * Kills the daemon, and nobody else.
 * @param {MortalRun} run
 */
export async function killDaemon(run) {
  run.closing = true; // its end is no news
  const told = run.child === undefined ? undefined : once(run.child, 'exit'); // pm2's daemon is nobody's child
  process.kill(run.pid, 'SIGKILL');
  await (told ?? run.until(() => !isAlive(run.pid), 'it is dead'));
  run.closing = false;
}

class MortalGafferd extends Gafferd {
  path = join(this.folder, 'socket');
  place = { path: this.path };
  followed = join(this.folder, 'followed');

  /** @type {MortalWays['open']} */
  async open(jobs, instances) {
    this.env = { ...this.env, GAFFER_ENDPOINT: `unix:${this.path}` };
    await this.again();
    for (const job of jobs) {
      const config = { ...this.configOf(job), numprocesses: instances, redirect_output: ['out', 'err'] };
      expectOk(await this.#asked(httpRequest('POST', `/jobs/${application}`, JSON.stringify(config))));
    }
    const [file, ...args] = gafferCommand('logs', '--follow', '--app', application, '--lines', '100000', '--no-color');
    spawn(file, args, { cwd: this.folder, env: this.env, stdio: ['ignore', openSync(this.followed, 'w'), this.errors] });
  }

  async again() {
    this.start([...gafferdCommand, '--state-dir', join(this.folder, 'state'), '--bind', `unix:${this.path}`, '--error-log', this.log]);
    await eventually(async () => (await this.#asked(httpRequest('GET', '/ping'))).status === 200);
  }

  async pids() {
    const { status, body } = await this.#asked(httpRequest('GET', `/overview?session=${application}&n=${performance.now()}`));
    if (status === 404) return []; // no job
    /** @type {{ jobs: { processes: { os_pid: number }[] }[] }} */
    const { jobs } = JSON.parse(`${body}`);
    return jobs.flatMap(({ processes }) => processes.map(({ os_pid }) => os_pid));
  }

  logs() {
    return [this.followed];
  }

  /** @type {MortalWays['lineIn']} */
  lineIn(line) {
    return / \| ([0-9x][0-9x ]*)$/.exec(line)?.[1];
  }

  /** @param {Buffer} request */
  async #asked(request) {
    const connection = new Connection(this.place);
    try {
      return await connection.ask(request);
    } finally {
      connection.close();
    }
  }
}

class MortalSupervisord extends DaemonRun {
  configuration = join(this.folder, 'supervisord.conf');
  place = { path: join(this.folder, 'socket') };
  output = join(this.folder, 'output');

  constructor() {
    super('supervisord');
  }

  /** @type {MortalWays['open']} */
  async open(jobs, instances) {
    const main = [
      `[unix_http_server]\nfile=${this.place.path}`,
      `[supervisord]\nlogfile=${this.folder}/log\npidfile=${this.folder}/pid\nchildlogdir=${this.folder}\nminfds=8192`,
      '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface',
    ];
    const names = `process_name=%(program_name)s_%(process_num)d\nnumprocs=${instances}`;
    const output = `stdout_logfile=${this.output}/%(program_name)s_%(process_num)d\nstdout_logfile_maxbytes=0`;
    const sections = jobs.map(({ name, command }) => `[program:${name}]\ncommand=${command}\ndirectory=${this.folder}\n${names}\n${output}`);
    mkdirSync(this.output);
    writeFileSync(this.configuration, `${[...main, ...sections].join('\n')}\n`);
    await this.again();
  }

  async again() {
    this.start(['supervisord', '--nodaemon', '-c', this.configuration]);
    await eventually(async () => Array.isArray(await this.pids()));
  }

  async pids() {
    const call = '<?xml version="1.0"?><methodCall><methodName>supervisor.getAllProcessInfo</methodName><params></params></methodCall>';
    const connection = new Connection(this.place);
    try {
      const { body } = await connection.ask(httpRequest('POST', '/RPC2', call));
      const pids = [...`${body}`.matchAll(/<name>pid<\/name>\s*<value><int>(\d+)</g)].map(([, pid]) => Number(pid));
      return pids.filter((pid) => pid > 0);
    } finally {
      connection.close();
    }
  }

  logs() {
    return filesIn(this.output);
  }

  /** @type {MortalWays['lineIn']} */
  lineIn(line) {
    return line;
  }
}

class MortalPm2 extends DaemonRun {
  home = join(this.folder, 'home');
  output = join(this.folder, 'output');

  constructor() {
    super('pm2');
    this.env = { ...this.env, PM2_HOME: this.home, PM2_DISABLE_VERSION_CHECK: 'true' };
  }

  /** @type {MortalWays['open']} */
  async open(jobs, instances) {
    mkdirSync(this.output);
    const apps = jobs.map(({ name, command }) => {
      const [script, ...args] = command.split(' ');
      const output = { out_file: join(this.output, name), error_file: join(this.output, `${name}-errors`) };
      return { name, script, args, cwd: this.folder, interpreter: 'none', exec_mode: 'fork', instances, ...output };
    });
    const file = join(this.folder, 'apps.json');
    writeFileSync(file, JSON.stringify({ apps }));
    this.command([...pm2Client, 'start', file]);
    this.pm2('save');
    this.#findDaemon();
  }

  async again() {
    this.pm2('resurrect');
    this.#findDaemon();
  }

  async pids() {
    const [file, ...args] = [...pm2Client, 'pids'];
    return JSON.parse(spawnSync(file, args, { cwd: this.folder, env: this.env, encoding: 'utf8' }).stdout);
  }

  logs() {
    return filesIn(this.output);
  }

  /** @type {MortalWays['lineIn']} */
  lineIn(line) {
    return line;
  }

  /** @param {string} command of its own client */
  pm2(command) {
    this.command([process.execPath, join(pm2Folder, 'bin', 'pm2'), command]);
  }

  #findDaemon() {
    this.pid = Number(readFileSync(join(this.home, 'pm2.pid'), 'utf8'));
  }
}

/**
 * Asks until the answer is yes; what is thrown is a no.
 * @param {() => Promise<boolean>} isSo
 */
export async function eventually(isSo, limitMs = 60_000) {
  for (const deadline = performance.now() + limitMs; ; await pause(2)) {
    if (await isSo().catch(() => false)) return;
    if (performance.now() > deadline) throw new Error(`not so within ${limitMs} ms: ${isSo}`);
  }
}

/** @param {string} folder */
function filesIn(folder) {
  return readdirSync(folder).map((name) => join(folder, name));
}
