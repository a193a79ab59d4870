// One run of a daemon, in a folder of its own with jobs, of which nothing stays.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { environment, sweep } from './environment.mjs';
import { pause } from './figures.mjs';
import { processesWith } from './proc.mjs';
import { readTally, tallied, tallyFile } from './tally.mjs';
import { makeFolder } from './workplace.mjs';

/** By it the processes of one run are known from those of another that goes on beside it. */
const runMark = 'GAFFER_BENCH_DAEMON';
let runs = 0;

const limitMs = 60_000;

export class DaemonRun {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
    this.folder = makeFolder(name);
    this.errorsPath = join(this.folder, 'errors');
    this.errors = openSync(this.errorsPath, 'w');
    this.id = `${process.pid}-${++runs}`;
    this.closing = false;
    /** The daemon's own. */
    this.pid = 0;
    /** What its commands need. @type {NodeJS.ProcessEnv} */
    this.env = environment({ [runMark]: this.id });
    /** Its command that shows the list. @type {string[]} */
    this.statusCommand = [];
  }

  tally() {
    return readTally(join(this.folder, tallyFile));
  }

  /**
   * Waits until the tally has so many records.
   * @param {number} count
   */
  async tallied(count) {
    if (await tallied(join(this.folder, tallyFile), count, limitMs)) return;
    throw new Error(`${this.name}: ${this.tally().length} of ${count} records in the tally. ${this.lastWords()}`);
  }

  /**
   * @param {() => boolean} reached
   * @param {string} what
   */
  async until(reached, what) {
    for (const deadline = performance.now() + limitMs; !reached(); await pause(2)) {
      if (performance.now() > deadline) throw new Error(`${this.name}: not yet: ${what}. ${this.lastWords()}`);
    }
  }

  /**
   * The daemon itself, in the foreground.
   * @param {string[]} line
   */
  start([file, ...args]) {
    const child = spawn(file, args, { cwd: this.folder, env: this.env, stdio: ['ignore', this.errors, this.errors], detached: true });
    child.once('error', () => {}); // what is waited for does not come
    child.once('exit', (code, signal) => {
      if (!this.closing) console.error(`${this.name} has ended by itself with ${code ?? signal}. ${this.lastWords()}`);
    });
    this.pid = child.pid ?? 0;
    this.child = child;
  }

  /**
   * A command of its own, to its end.
   * @param {string[]} line
   */
  command([file, ...args]) {
    const { status } = spawnSync(file, args, { cwd: this.folder, env: this.env, stdio: ['ignore', 'ignore', this.errors] });
    if (status !== 0) throw new Error(`${this.name}: ${file} ${args.join(' ')} exited with ${status}. ${this.lastWords()}`);
  }

  /** The daemon's processes. */
  own() {
    return [this.pid];
  }

  /**
   * What all of them use.
   * @param {(pid: number) => number} measure
   */
  sum(measure) {
    return this.own().reduce((all, pid) => all + measure(pid), 0);
  }

  /**
   * What asks for the list of all jobs over and over, and prints what programs/load.mjs prints.
   * @param {{ connections: number, seconds: number, everyMs?: number }} _how everyMs: pauses in between (pm2 alone)
   * @returns {string[]}
   */
  listLoad(_how) {
    return [];
  }

  lastWords() {
    const words = [this.errorsPath, join(this.folder, 'log')].flatMap((file) => readIfThere(file).trim().split('\n').slice(-3));
    return words.join('\n');
  }

  close() {
    this.closing = true;
    sweep(() => processesWith(runMark, this.id));
    closeSync(this.errors);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** @param {string} file */
export function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
