import { existsSync } from 'node:fs';
import { GafferError, messageOf } from '../../errors.ts';
import type { Daemon } from '../daemon.ts';
import type { Log } from '../log.ts';
import type { StartPlace } from './messages.ts';
import { obstacleTo } from './obstacle.ts';
import { Successor } from './successor.ts';
import { answerAsks, runFolderIn, type UpgradeNews } from './upgrade-ask.ts';

/** What upgrades are made with. */
export interface UpgradesOptions {
  readonly log: Pick<Log, 'info' | 'warning' | 'error'>;
  /** Where and how this gafferd was started. */
  readonly place: StartPlace;
  readonly stateDir: string;
}

/** A successor that waits for its turn. */
export interface ReadySuccessor {
  readonly successor: Successor;
  /** The sockets that it goes on with. */
  readonly sockets: readonly string[];
}

/** Loading the program and reading the configuration takes less than a second; taking over, as long as what is left of a dead run. */
const LIMITS = { readyMs: 20_000, servingMs: 60_000 };

/** Starts new gafferds when that is asked for, one at a time. Those that can't take over change nothing. */
export class Upgrades {
  readonly #options: UpgradesOptions;
  #daemon: Daemon | undefined;
  #isWanted = false;
  #running: Successor | undefined;
  #tell: (ready: ReadySuccessor) => void = () => undefined;

  constructor(options: UpgradesOptions) {
    this.#options = options;
  }

  /** Begins an upgrade; while one is under way, whoever asks is told how that one goes. */
  ask(): void {
    this.#isWanted = true;
    this.#answer({ kind: 'begun' });
    if (this.#daemon !== undefined && this.#running === undefined) {
      void this.#run(this.#daemon);
    }
  }

  /** Serves whoever asks, and who has asked before; resolves when a successor is ready. */
  async open(daemon: Daemon): Promise<ReadySuccessor> {
    this.#daemon = daemon;
    const ready = new Promise<ReadySuccessor>((resolve) => {
      this.#tell = resolve;
    });
    if (this.#isWanted) {
      this.ask();
    }
    return await ready;
  }

  /** Sends away a successor whose turn has not come, and starts no other before {@link Upgrades.open}. Resolves when it has ended. */
  async close(reason: string): Promise<void> {
    this.#daemon = undefined;
    if (this.#running !== undefined) {
      this.#running.signal('SIGTERM');
      await this.#running.end();
      this.#options.log.info(`upgrade: given up, for ${reason}`);
      this.#end(reason);
    }
  }

  /** What was begun is done. */
  succeed(pid: number, version: string): void {
    this.#options.log.info(`gafferd ${version} (pid ${pid}) has taken over`);
    this.#answer({ kind: 'done', pid, version });
    this.#running = undefined;
  }

  /** What was begun has not come about. */
  fail(why: string): void {
    const reason = why.replaceAll('\n', '; ');
    this.#options.log.error(`the upgrade has failed, this gafferd goes on: ${reason}`);
    this.#end(reason);
  }

  #end(reason: string): void {
    this.#answer({ kind: 'failed', reason });
    this.#running = undefined;
    this.#isWanted = false;
  }

  async #run(daemon: Daemon): Promise<void> {
    const { log, place, stateDir } = this.#options;
    try {
      expectUpgradable(place);
      const successor = Successor.start({ sockets: daemon.sockets, stateDir, place }, LIMITS);
      this.#running = successor;
      log.info(`upgrade: a new gafferd is started${successor.pid === undefined ? '' : ` with pid ${successor.pid}`}`);
      const sockets = await successor.ready();
      if (this.#daemon !== undefined) {
        this.#daemon = undefined;
        this.#tell({ successor, sockets });
      }
    } catch (error) {
      if (this.#daemon !== undefined) {
        this.fail(messageOf(error)); // else it was sent away
      }
    }
  }

  #answer(news: UpgradeNews): void {
    try {
      answerAsks(runFolderIn(this.#options.stateDir), news);
    } catch (error) {
      this.#options.log.warning(`who waits for the upgrade can't be told how it goes: ${messageOf(error)}`);
    }
  }
}

function expectUpgradable({ env }: StartPlace): void {
  const programs = [process.execPath, ...process.argv.slice(1, 2)];
  const obstacle = obstacleTo({ pid: process.pid, env, programs, exists: existsSync });
  if (obstacle !== undefined) {
    throw new GafferError('io_failed', obstacle);
  }
}
