import { messageOf } from '../errors.ts';
import { type Finding, formatFinding } from '../finding.ts';
import type { DaemonConfig } from './config/config.ts';
import type { Daemon } from './daemon.ts';
import type { Log } from './log.ts';

/** Reads the configuration: without one there is an error among the findings. */
export type ReadConfig = () => { readonly config: DaemonConfig | undefined; readonly findings: readonly Finding[] };

/** Reads the configuration anew, one time after the other; what is asked for meanwhile is done once more. */
export class Reloads {
  readonly #log: Log;
  readonly #read: ReadConfig;
  #daemon: Daemon | undefined;
  #isWanted = false;
  #running: Promise<void> | undefined;

  constructor(log: Log, read: ReadConfig) {
    this.#log = log;
    this.#read = read;
  }

  ask(): void {
    this.#isWanted = true;
    if (this.#daemon !== undefined) {
      this.#running ??= this.#run(this.#daemon);
    }
  }

  /** Begins; what was asked for before is done now. */
  open(daemon: Daemon): void {
    this.#daemon = daemon;
    if (this.#isWanted) {
      this.ask();
    }
  }

  /** Begins no more; resolves when what was begun is done. */
  async close(): Promise<void> {
    this.#daemon = undefined;
    await this.#running;
  }

  async #run(daemon: Daemon): Promise<void> {
    while (this.#isWanted && this.#daemon !== undefined) {
      this.#isWanted = false;
      await this.#readAnew(daemon);
    }
    this.#running = undefined;
  }

  /** A configuration with an error changes nothing. */
  async #readAnew(daemon: Daemon): Promise<void> {
    const log = this.#log;
    daemon.reopenLog();
    try {
      const { config, findings } = this.#read();
      for (const finding of findings) {
        log[finding.level === 'error' ? 'error' : 'warning'](formatFinding(finding));
      }
      if (config === undefined) {
        log.error('the configuration has errors: everything stays as it is');
      } else {
        await daemon.reload(config);
      }
    } catch (error) {
      log.error(`the configuration can't be read anew: ${messageOf(error)}`);
    }
  }
}
