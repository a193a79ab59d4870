import { closeSync, constants, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemCode } from '../errors.ts';
import { spawnHelper } from './spawn.ts';

/** A pipe: what is written to one end is read from the other. */
export interface Pipe {
  readonly readFd: number;
  readonly writeFd: number;
}

/** FIFOs that are made at once, at least and at most: a program can take so many arguments. */
const SMALLEST_BATCH = 16;
const LARGEST_BATCH = 1000;

/**
 * Pipes for the output of children. Node gives children sockets, which can't be opened again as `/dev/stdout` and
 * carry one packet per write; a FIFO is a pipe. Making them takes a program (`mkfifo`), so they are made in batches.
 */
export class FifoPool {
  #folder: string | undefined;
  readonly #ownsFolder: boolean;
  readonly #ready: string[] = [];
  #made = 0;
  #making: Promise<boolean> | undefined;
  #unavailable = process.platform !== 'linux';

  /** @param folder a private folder for the FIFOs; without one the pool makes its own when it needs it */
  constructor(folder?: string) {
    this.#folder = folder;
    this.#ownsFolder = folder === undefined;
  }

  /**
   * Makes sure that many can be taken, if that is possible now.
   * @param atOnce how many to make if some have to be made
   */
  async reserve(count: number, atOnce = count): Promise<void> {
    while (!this.has(count)) {
      if (!(await this.#makeMore(atOnce - this.#ready.length))) {
        return;
      }
    }
  }

  /** Makes what is missing for that many; resolves when the first can be taken, the others follow while those are used. */
  async prepare(count: number): Promise<void> {
    const missing = Math.max(count, SMALLEST_BATCH) - this.#ready.length;
    if (missing <= 0) {
      return;
    }
    const made = await this.#makeMore(Math.min(missing, SMALLEST_BATCH));
    if (made && missing > SMALLEST_BATCH) {
      void this.#makeMore(missing - SMALLEST_BATCH);
    }
  }

  #makeMore(count: number): Promise<boolean> {
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
    for (let path = this.#ready.pop(); path !== undefined; path = this.#ready.pop()) {
      const pipe = openPipe(path);
      if (pipe !== undefined) {
        return pipe;
      }
    }
    return undefined;
  }

  /** Whether pipes can be had at all. */
  get isAvailable(): boolean {
    return !this.#unavailable;
  }

  /** Removes what was made and not taken; resolves when that is done. */
  close(): Promise<void> {
    this.#unavailable = true;
    const remove = (): void => {
      for (const path of this.#ready.splice(0)) {
        rmSync(path, { force: true });
      }
      if (this.#ownsFolder && this.#folder !== undefined) {
        rmSync(this.#folder, { recursive: true, force: true });
      }
    };
    if (this.#making === undefined) {
      remove();
      return Promise.resolve();
    }
    return this.#making.then(remove); // what is being made at present can't be removed yet
  }

  /** Makes a batch; resolves with whether that went well. */
  async #make(count: number): Promise<boolean> {
    const folder = this.#openFolder();
    if (folder === undefined) {
      return false;
    }
    const paths: string[] = [];
    for (let i = 0; i < Math.min(Math.max(count, SMALLEST_BATCH), LARGEST_BATCH); i += 1) {
      this.#made += 1;
      paths.push(join(folder, `fifo-${this.#made}`));
    }
    const code = await makeFifos(paths);
    this.#unavailable ||= code === undefined;
    if (code === 0) {
      this.#ready.push(...paths);
    }
    return code === 0;
  }

  /** The folder, its own made anew if somebody has cleared it away; undefined if that can't be. */
  #openFolder(): string | undefined {
    if (this.#ownsFolder && (this.#folder === undefined || !existsSync(this.#folder))) {
      try {
        this.#folder = mkdtempSync(join(tmpdir(), 'gaffer-'));
      } catch {
        return undefined;
      }
    }
    return this.#folder;
  }
}

/** Resolves with the exit code of `mkfifo`; undefined when there is no such program. */
function makeFifos(paths: readonly string[]): Promise<number | undefined> {
  return new Promise((resolve) => {
    const helper = spawnHelper('mkfifo', ['-m', '600', ...paths], 'ignore');
    helper.once('error', (error) => resolve(systemCode(error) === 'ENOENT' ? undefined : 1));
    helper.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Opens both ends and removes the name; undefined when somebody has removed it before, or too much is open. */
function openPipe(path: string): Pipe | undefined {
  let readFd: number | undefined;
  try {
    readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return { readFd, writeFd: openSync(path, constants.O_WRONLY) };
  } catch {
    if (readFd !== undefined) {
      closeSync(readFd);
    }
    return undefined;
  } finally {
    rmSync(path, { force: true });
  }
}
