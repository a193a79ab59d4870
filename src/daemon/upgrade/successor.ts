import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { GafferError, messageOf } from '../../errors.ts';
import { spawnAgain } from '../../supervisor/spawn.ts';
import type { ListeningSocket } from '../listeners.ts';
import { type FromPredecessor, type FromSuccessor, readFromSuccessor, type StartPlace, UPGRADE_MARK } from './messages.ts';

/** How long the new gafferd may take to be ready, and then to take over. */
export interface UpgradeLimits {
  readonly readyMs: number;
  readonly servingMs: number;
}

/** What it is given. */
export interface Inheritance {
  readonly sockets: readonly ListeningSocket[];
  readonly place: StartPlace;
  readonly stateDir: string;
}

/** How to learn what a program that does not even begin has to say. */
const WHY = `"${[process.execPath, ...process.argv.slice(1, 2)].join(' ')} --version" may say why`;

/** A new gafferd of the installed version, and what it tells. */
export class Successor {
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  readonly #limits: UpgradeLimits;
  #listener: (message: FromSuccessor) => void = () => undefined;
  #reason: string | undefined;

  private constructor(child: ChildProcess, limits: UpgradeLimits) {
    this.#child = child;
    this.#limits = limits;
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(`it could not be started: ${messageOf(error)}`));
      child.once('exit', (code, signal) => resolve(`it has ended with ${signal ?? `exit code ${code}`}`));
    });
    child.on('message', (value) => this.#hear(readFromSuccessor(value)));
  }

  /** Starts it: the same command line, variables, folder (as far as there is one) and output, and the sockets. */
  static start({ sockets, place, stateDir }: Inheritance, limits: UpgradeLimits): Successor {
    const child = spawnAgain({
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...sockets.map(({ fd }) => fd)],
      env: { ...process.env, [UPGRADE_MARK]: '1' },
      cwd: existsSync(place.cwd) ? undefined : '/',
    });
    const successor = new Successor(child, limits);
    successor.#send({ kind: 'handover', pid: process.pid, stateDir, place, sockets: sockets.map(({ address }) => address) });
    return successor;
  }

  /** Undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves with the sockets that it goes on with, when it can take over. @throws GafferError `io_failed` when it can't; it has ended then */
  async ready(): Promise<readonly string[]> {
    const message = await this.#expect('ready', this.#limits.readyMs);
    return message.sockets;
  }

  /** Lets it take over; resolves with its version when it has. @throws GafferError `io_failed` when it has not; it has ended then */
  async takeOver(): Promise<string> {
    const serving = this.#expect('serving', this.#limits.servingMs);
    this.#send({ kind: 'go' });
    return (await serving).version;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Resolves when it has ended. */
  async end(): Promise<void> {
    await this.#ended;
  }

  /** Lets it live on without this process. */
  letGo(): void {
    if (this.#child.connected) {
      this.#child.disconnect();
    }
    this.#child.unref();
  }

  async #expect<K extends FromSuccessor['kind']>(kind: K, withinMs: number): Promise<Extract<FromSuccessor, { kind: K }>> {
    const said = new Promise<Extract<FromSuccessor, { kind: K }>>((resolve) => {
      this.#listener = (message) => {
        if (message.kind === kind) {
          resolve(message as Extract<FromSuccessor, { kind: K }>);
        }
      };
    });
    const timer = setTimeout(() => {
      this.#reason = `it has not said within ${withinMs / 1000} s that it is ${kind}`;
      this.signal('SIGKILL');
    }, withinMs);
    const failed = this.#ended.then((how) => {
      throw new GafferError('io_failed', this.#reason ?? `${how} before it was ${kind}${kind === 'ready' ? `; ${WHY}` : ''}`);
    });
    try {
      return await Promise.race([said, failed]);
    } finally {
      clearTimeout(timer);
    }
  }

  #hear(message: FromSuccessor | undefined): void {
    if (message?.kind === 'failed') {
      this.#reason = message.reason;
    } else if (message !== undefined) {
      this.#listener(message);
    }
  }

  #send(message: FromPredecessor): void {
    this.#child.send(message, () => undefined); // one that has ended hears nothing, and that is told
  }
}
