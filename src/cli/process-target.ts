import type { EventScope } from '../client/event-scope.ts';
import type { ProcessExit } from '../job/exit.ts';
import type { ProcessInfo } from '../job/info.ts';
import { parseJobName } from '../job/name.ts';
import type { Connection } from './connection.ts';
import { expectSlotName, findPipe } from './pipe-name.ts';
import { ProcessWatch } from './process-watch.ts';
import { shortName } from './reading.ts';

/** A process that a word of the command line names, also when its node was started anew and it is another one. */
export class ProcessTarget {
  readonly #connection: Connection;
  readonly #word: string;
  #pid: number;
  /** The stream that the word names, if it does. */
  readonly label: string | undefined;
  #info: ProcessInfo | undefined;
  #watch: ProcessWatch | undefined;

  /** Finds it. @throws GafferError */
  static async find(connection: Connection, word: string): Promise<ProcessTarget> {
    return new ProcessTarget(connection, word, await findPipe(connection, word));
  }

  private constructor(connection: Connection, word: string, { pid, label }: { readonly pid: number; readonly label: string | undefined }) {
    this.#connection = connection;
    this.#word = word;
    this.#pid = pid;
    this.label = label;
  }

  get pid(): number {
    return this.#pid;
  }

  /** What the node tells of it. */
  get info(): ProcessInfo {
    if (this.#info === undefined) {
      throw new Error('the process is not watched yet');
    }
    return this.#info;
  }

  /** How it has ended, as far as that was told. */
  get exit(): ProcessExit | undefined {
    return this.#watch?.exit;
  }

  /** What it is called: `web.1`. */
  get name(): string {
    const { name, slot } = this.info;
    const short = shortName(parseJobName(name), this.#connection.app);
    return slot === 0 ? `${short} (pid ${this.#pid})` : `${short}.${slot}`;
  }

  /**
   * Watches it over one connection, the first or another one.
   * @returns whether it is another process than before
   * @throws GafferError when it is not there, or can't be found again
   */
  async watch(): Promise<{ readonly watch: ProcessWatch; readonly isAnother: boolean }> {
    const { node } = this.#connection;
    const before = this.#watch?.position;
    const watch = await ProcessWatch.open(node, { since: before, scope: () => this.#scope() });
    const isAnother = before !== undefined && before.run !== watch.position.run;
    try {
      if (isAnother) {
        expectSlotName(this.#word, this.#pid, node.endpoint);
        this.#pid = (await findPipe(this.#connection, this.#word)).pid;
      }
      watch.begin(this.#pid);
      if (isAnother || this.#info === undefined) {
        this.#info = await node.processInfo(this.#pid);
      }
      this.#watch = watch; // not before: a connection that is lost until here was none
    } catch (error) {
      watch.end();
      throw error;
    }
    return { watch, isAnother };
  }

  /** Its job, whose events are enough. */
  async #scope(): Promise<EventScope> {
    return { job: parseJobName((this.#info ?? (await this.#connection.node.processInfo(this.#pid))).name) };
  }
}
