// One run of one tool, in a folder of its own, of which nothing stays.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, sweep } from './environment.mjs';
import { outputFile, toNowhere } from './output.mjs';
import { readTally, tallied, tallyFile } from './tally.mjs';
import { probeScript, readProbe, UsageWatch } from './usage.mjs';
import { makeFolder } from './workplace.mjs';

/**
 * @typedef {import('./tools.mjs').Tool} Tool
 * @typedef {import('./tools.mjs').Job} Job
 * @typedef {{ code: number | null, signal: string | null, at: number, hung: boolean }} Exit
 */

export class Session {
  /**
   * @param {Tool} tool
   * @param {Job[]} jobs
   * @param {{ output?: import('./output.mjs').OpenOutput, restart?: boolean, usage?: boolean }} [options]
   */
  constructor(tool, jobs, { output = toNowhere, restart = false, usage = false } = {}) {
    this.tool = tool;
    this.folder = makeFolder(tool.name.replaceAll(' ', '-'));
    writeFileSync(join(this.folder, 'Procfile'), jobs.map((job) => `${job.name}: ${job.command}\n`).join(''));
    this.probeFile = join(this.folder, 'probe');
    this.errors = openSync(join(this.folder, 'errors'), 'w');
    this.output = output(this.folder);

    const [file, ...args] = tool.command(jobs, { restart });
    if (usage && tool.node) args.unshift('--require', probeScript);
    this.startedAt = performance.now();
    this.process = spawn(file, args, {
      cwd: this.folder,
      env: environment(usage ? { GAFFER_BENCH_PROBE: this.probeFile } : {}),
      stdio: ['ignore', this.output.fd, this.errors],
      detached: true,
    });
    this.watch = usage && !tool.node ? new UsageWatch(this.pid) : undefined;
    /** @type {Promise<Exit>} */
    this.exit = new Promise((resolve) => {
      this.process.once('exit', (code, signal) => resolve({ code, signal, at: Date.now(), hung: false }));
      this.process.once('error', () => resolve({ code: 127, signal: null, at: Date.now(), hung: false }));
    });
  }

  get pid() {
    return this.process.pid ?? 0;
  }

  get running() {
    return this.process.exitCode === null && this.process.signalCode === null && this.process.pid !== undefined;
  }

  get outputPath() {
    return join(this.folder, outputFile);
  }

  tally() {
    return readTally(join(this.folder, tallyFile));
  }

  /**
   * The exit, or that there was none in time.
   * @param {number} limitMs
   * @returns {Promise<Exit>}
   */
  async ended(limitMs) {
    const late = new AbortController();
    const hung = pauseUntil(limitMs, late.signal).then(() => ({ code: null, signal: null, at: Date.now(), hung: true }));
    const exit = await Promise.race([this.exit, hung]);
    late.abort();
    return exit;
  }

  /**
   * Waits until the tally has so many records, and says whether it came to that.
   * @param {number} count
   * @param {number} limitMs
   */
  async tallied(count, limitMs) {
    return (await tallied(join(this.folder, tallyFile), count, limitMs, () => this.running)) || this.#fellShort(count);
  }

  /** @param {number} count */
  #fellShort(count) {
    const state = this.running ? 'still runs' : `exited with ${this.process.exitCode ?? this.process.signalCode}`;
    const lines = readFileSync(join(this.folder, 'errors'), 'utf8').trim().split('\n');
    const words = lines.find((line) => /error/i.test(line)) ?? lines.at(-1);
    console.error(`${this.tool.name} ${state}, with ${this.tally().length} of ${count} records in the tally. ${words}`);
    return false;
  }

  /** What the tool used, once it has ended. */
  usage() {
    return this.watch?.usage ?? readProbe(this.probeFile);
  }

  /** Ends the tool and all that it started. */
  async close() {
    if (this.running) this.process.kill('SIGKILL');
    await this.exit;
    this.watch?.stop();
    sweep();
    this.output.close();
    closeSync(this.errors);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 */
function pauseUntil(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}
