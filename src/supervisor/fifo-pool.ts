import { closeSync, constants, mkdtempSync, openSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnHelper } from './spawn.ts';

/** A pipe: what is written to one end is read from the other. */
export interface Pipe {
  readonly readFd: number;
  readonly writeFd: number;
}

/** FIFOs that are made at once, at least; and those that the first processes of many wait for. */
const BATCH = 16;

/**
 * Pipes for the output of children. Node gives children sockets, which can't be opened again as `/dev/stdout` and
 * carry one packet per write; a FIFO is a pipe. Making them takes a program (`mkfifo`), so they are made in batches.
 */
export class FifoPool {
  #folder: string | undefined;
  readonly #ownsFolder: boolean;
  readonly #ready: string[] = [];
  #made = 0;
  #making: Promise<void> | undefined;
  #unavailable = process.platform !== 'linux';

  /** @param folder a private folder for the FIFOs; without one the pool makes its own when it needs it */
  constructor(folder?: string) {
    this.#folder = folder;
    this.#ownsFolder = folder === undefined;
  }

  /**
   * Makes sure that many can be taken.
   * @param atOnce how many to make if some have to be made
   */
  async reserve(count: number, atOnce = count): Promise<void> {
    while (this.#ready.length < count && !this.#unavailable) {
      await this.#makeMore(atOnce - this.#ready.length);
    }
  }

  /** Makes that many; resolves when the first of them can be taken, the others follow while those are used. */
  async prepare(count: number): Promise<void> {
    await this.#makeMore(Math.min(count, BATCH));
    if (count > BATCH) {
      void this.#makeMore(count - BATCH);
    }
  }

  #makeMore(count: number): Promise<void> {
    this.#making ??= this.#make(count).finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  /** Whether that many can be taken now, or never. */
  has(count: number): boolean {
    return this.#unavailable || this.#ready.length >= count;
  }

  /** Takes a pipe that no other process can open by name; undefined when none is ready or the system has none. */
  take(): Pipe | undefined {
    const path = this.#ready.pop();
    if (path === undefined) {
      return undefined;
    }
    const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return { readFd, writeFd: openSync(path, constants.O_WRONLY) };
    } catch (error) {
      closeSync(readFd);
      throw error;
    } finally {
      unlinkSync(path);
    }
  }

  /** Whether pipes can be had at all. */
  get isAvailable(): boolean {
    return !this.#unavailable;
  }

  /** Removes what was made and not taken. */
  close(): void {
    this.#ready.length = 0;
    this.#unavailable = true;
    if (this.#ownsFolder && this.#folder !== undefined) {
      rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
    }
  }

  async #make(count: number): Promise<void> {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'gaffer-'));
    const paths: string[] = [];
    for (let i = 0; i < Math.max(count, BATCH); i += 1) {
      this.#made += 1;
      paths.push(join(this.#folder, `fifo-${this.#made}`));
    }
    const made = await new Promise<boolean>((resolve) => {
      const helper = spawnHelper('mkfifo', ['-m', '600', ...paths], 'ignore');
      helper.once('error', () => resolve(false));
      helper.once('exit', (code) => resolve(code === 0));
    });
    if (made) {
      this.#ready.push(...paths);
    } else {
      this.#unavailable = true;
    }
  }
}
