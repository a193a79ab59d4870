// A node, as a lookupd sees it: connects, says who it is, registers its jobs with one process each, tells what changes, and comes back at
// once when it is cut off.
import { FrameClient } from './frames.mjs';

/** Nodes that run the same applications. */
const groupSize = 10;
const jobsInSession = 10;
const retryMs = 500;

/** Which run of the nodes it is. */
const generation = Date.now();

/**
 * @typedef {{ name: string, pid: number }} Job its process; 0 when there is none
 * @typedef {object} NodeOptions
 * @property {import('../connection.mjs').Place} place
 * @property {number} number
 * @property {number} jobs
 * @property {() => number} nextPid
 * @property {() => void} onComplete everything is registered, and answered
 * @property {() => void} onLost it was cut off after that
 * @property {(ms: number) => void} onAnswered how long something that changed took to be answered
 */

export class SimulatedNode {
  /** @param {NodeOptions} options */
  constructor(options) {
    const { number, jobs, nextPid } = options;
    const group = Math.floor(number / groupSize);
    this.options = options;
    this.name = `node-${number}.example.net`;
    /** @type {Job[]} */
    this.jobs = Array.from({ length: jobs }, (_, index) => ({ name: jobName(group, index), pid: nextPid() }));
    this.seq = 0;
    this.messages = 0;
    /** Answers that come until everything is registered. */
    this.missing = 0;
    this.isComplete = false;
    /** When what changed was told; answers come in order. @type {number[]} */
    this.toldAt = [];
    /** @type {FrameClient | undefined} */
    this.client = undefined;
  }

  connect() {
    let text = '';
    const client = new FrameClient(this.options.place, '/ws', (piece, isWhole) => {
      text += piece;
      if (!isWhole) return;
      this.#hear(client, text);
      text = '';
    });
    client.socket.on('error', () => {}); // close comes too
    client.socket.once('close', () => {
      if (this.isComplete) this.options.onLost();
      this.isComplete = false;
      setTimeout(() => this.connect(), retryMs);
    });
    client.opened.then(
      () => {
        this.client = client;
        this.missing = -1;
        client.send(this.#numbered({ type: 'IDENTIFY', name: this.name, origin: `http://${this.name}:5000`, version: '0.1', generation }));
      },
      () => {},
    );
  }

  /** A process ends, or the next one begins. @param {Job} job */
  change(job) {
    if (!this.isComplete) return;
    const type = job.pid === 0 ? 'REGISTER_PROCESS' : 'UNREGISTER_PROCESS';
    const pid = job.pid === 0 ? this.options.nextPid() : job.pid;
    job.pid = job.pid === 0 ? pid : 0;
    this.seq += 1;
    this.toldAt.push(performance.now());
    this.client?.send(this.#numbered({ type, job_name: job.name, pid, seq: this.seq }));
  }

  /** Shows that it is there. */
  ping() {
    if (!this.isComplete) return;
    this.toldAt.push(Number.NaN);
    this.client?.send(this.#numbered({ type: 'PING', seq: this.seq }));
  }

  /**
   * @param {FrameClient} client
   * @param {string} answer
   */
  #hear(client, answer) {
    if (!answer.startsWith('{"ok":true')) throw new Error(`${this.name} was answered: ${answer}`);
    if (this.missing < 0) {
      this.#register(client);
    } else if (this.isComplete) {
      const ms = performance.now() - (this.toldAt.shift() ?? Number.NaN);
      if (!Number.isNaN(ms)) this.options.onAnswered(ms);
    } else {
      this.missing -= 1;
      if (this.missing > 0) return;
      this.isComplete = true;
      this.toldAt = [];
      this.options.onComplete();
    }
  }

  /** @param {FrameClient} client */
  #register(client) {
    const jobs = this.jobs.flatMap(({ name: job_name, pid }) => [
      this.#numbered({ type: 'REGISTER_JOB', job_name }),
      ...(pid === 0 ? [] : [this.#numbered({ type: 'REGISTER_PROCESS', job_name, pid })]),
    ]);
    const messages = [...jobs, this.#numbered({ type: 'PING', seq: this.seq })];
    this.missing = messages.length;
    client.send(...messages);
  }

  /** @param {Record<string, unknown>} message */
  #numbered(message) {
    this.messages += 1;
    return JSON.stringify({ ...message, msgid: `${this.messages}` });
  }
}

/**
 * @param {number} group
 * @param {number} index
 */
export function jobName(group, index) {
  return `app-${group}-${Math.floor(index / jobsInSession)}.job-${index}`;
}
