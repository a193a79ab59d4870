import type { ChildRecord } from './child-record.ts';
import type { Clock } from './clock.ts';
import { FifoPool } from './fifo-pool.ts';
import type { Host, StartListener, StartRequest } from './host.ts';
import { InstancePipes, type PipeRig } from './instance-pipes.ts';
import { readProcess } from './process-table.ts';
import { ReadPacer } from './read-pacer.ts';
import { type Spawn, spawnChild } from './spawn.ts';
import type { ChildStream } from './streams.ts';

/** What a {@link LocalHost} is given. */
export interface LocalHostOptions {
  readonly clock: Clock;
  /** Is told which process groups there are. */
  readonly record: ChildRecord;
  /** A private folder (mode 0700) for pipes. Default: a new one in the temporary directory. */
  readonly folder?: string | undefined;
  /** Output is read into this buffer, one chunk at a time. Default: 64 KiB of its own. */
  readonly readBuffer?: Buffer | undefined;
  readonly spawn?: Spawn | undefined;
}

/** How long an exit waits for the output that is still in the pipe, so that it is told after it. */
const DRAIN_MS = 5;

/** Starts processes as children of this one, and reads their pipes here: they do not outlive it. */
export class LocalHost implements Host {
  readonly journal = undefined;
  readonly #clock: Clock;
  readonly #record: ChildRecord;
  readonly #spawn: Spawn;
  readonly #pipes: PipeRig;
  /** The processes whose group is not known to be gone, with the system's pid. */
  readonly #groups = new Map<number, number>();

  constructor({ clock, record, folder, readBuffer = Buffer.allocUnsafeSlow(64 * 1024), spawn = spawnChild }: LocalHostOptions) {
    this.#clock = clock;
    this.#record = record;
    this.#spawn = spawn;
    this.#pipes = { fifos: new FifoPool(folder), readBuffer, pacer: new ReadPacer() };
  }

  async prepare(outputs: number): Promise<void> {
    await this.#pipes.fifos.prepare(outputs);
  }

  isReadyFor(outputs: number): boolean {
    return this.#pipes.fifos.has(outputs);
  }

  async makeReadyFor(outputs: number, all: number): Promise<void> {
    await this.#pipes.fifos.reserve(outputs, all);
  }

  start(request: StartRequest, listener: StartListener): void {
    const { file, args, env, cwd, uid, gid } = request;
    const pipes = new InstancePipes(request.pipes, request.identity, this.#pipes);
    const child = this.#spawn({ file, args, env, cwd, uid, gid, stdio: pipes.stdio });
    const streams = pipes.open(child);
    if (child.osPid !== undefined) {
      this.#groups.set(request.id, child.osPid);
      this.#record.add(child.osPid, readProcess(child.osPid)?.startTime ?? '');
    }
    child.onExit((exit) => this.#afterDrain(streams, () => listener.exited(exit)));
    listener.started({ osPid: child.osPid, streams });
  }

  /** Waits until the outputs are read to their end, but not long: others may hold the pipe, or a slow reader may. */
  #afterDrain(streams: ReadonlyMap<string, ChildStream>, done: () => void): void {
    const open = [...streams].filter(([label, stream]) => label !== 'stdin' && !stream.hasEnded);
    if (open.length === 0) {
      done();
      return;
    }
    let left = open.length;
    const cancel = this.#clock.after(DRAIN_MS, () => {
      left = -1;
      done();
    });
    for (const [, stream] of open) {
      stream.onEnd(() => {
        left -= 1;
        if (left === 0) {
          cancel();
          done();
        }
      });
    }
  }

  gone(id: number): void {
    const osPid = this.#groups.get(id);
    if (osPid !== undefined) {
      this.#groups.delete(id);
      this.#record.remove(osPid);
    }
  }

  close(): Promise<void> {
    return this.#pipes.fifos.close();
  }
}
