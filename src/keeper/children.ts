import type { Clock } from '../supervisor/clock.ts';
import { type EndOptions, GroupEnd } from '../supervisor/group-end.ts';
import type { Host, HostedProcess, StartRequest } from '../supervisor/host.ts';
import { readProcess, sendSignal } from '../supervisor/process-table.ts';
import type { OutputPlace } from './frame.ts';
import { KeptChild, KeptStream } from './kept-child.ts';
import type { News } from './protocol.ts';
import { StartQueue } from './start-queue.ts';

/** What {@link Children} work with, and whom they tell. */
export interface ChildrenRig {
  readonly clock: Clock;
  readonly host: Host;
  output(place: OutputPlace, bytes: Uint8Array): void;
  news(news: News): void;
  /** A child has ended, or one of its streams. */
  changed(): void;
}

/** The children of the keeper. */
export class Children {
  readonly #rig: ChildrenRig;
  readonly #queue: StartQueue;
  readonly #children = new Map<number, KeptChild>();
  readonly #streams = new Map<number, KeptStream>();
  /** Those that are told to end, with all that they have started. */
  readonly #ends = new Map<number, GroupEnd>();
  #lastStream = 0;
  /** Holds of all streams, while too much waits to be sent. */
  #stop: Map<number, () => void> | undefined;

  constructor(rig: ChildrenRig) {
    this.#rig = rig;
    this.#queue = new StartQueue(rig.host);
  }

  /** Those that somebody may ask for. */
  get all(): readonly KeptChild[] {
    return [...this.#children.values()];
  }

  /** Nobody runs, and nobody writes any more. */
  get areOver(): boolean {
    return this.#streams.size === 0 && !this.all.some((child) => child.isRunning);
  }

  child(id: number): KeptChild | undefined {
    return this.#children.get(id);
  }

  stream(number: number): KeptStream | undefined {
    return this.#streams.get(number);
  }

  /** Resolves when all that were to be started are. */
  async settled(): Promise<void> {
    await this.#queue.settled();
  }

  /** Starts a process when it is its turn. */
  start(request: StartRequest, note: string): void {
    const child = new KeptChild(request.id, note);
    this.#children.set(child.id, child);
    this.#queue.add(request, {
      started: (process) => this.#started(child, process),
      exited: (exit) => {
        child.exit = { exit, atMs: this.#rig.clock.now() };
        child.streams.find(({ label }) => label === 'stdin')?.stream.close();
        this.#rig.news({ kind: 'exited', id: child.id, ...child.exit });
        this.#ends.get(child.id)?.leaderExited();
        if (child.osPid !== undefined && !sendSignal(-child.osPid, 0)) {
          this.#rig.host.gone(child.id);
        }
        this.#rig.changed();
      },
    });
  }

  #started(child: KeptChild, process: HostedProcess): void {
    child.osPid = process.osPid;
    child.startTime = process.osPid === undefined ? '' : (readProcess(process.osPid)?.startTime ?? '');
    child.streams = Array.from(process.streams, ([label, stream]) => {
      this.#lastStream += 1;
      return new KeptStream(this.#lastStream, label, stream);
    });
    const { id, osPid, startTime } = child;
    this.#rig.news({ kind: 'started', id, osPid, startTime, streams: child.streams.map(({ number, label }) => [number, label] as const) });
    for (const kept of child.streams) {
      this.#read(kept);
    }
  }

  #read(kept: KeptStream): void {
    const { number, stream } = kept;
    this.#streams.set(number, kept);
    stream.onData((chunk) => this.#rig.output({ stream: number, offset: stream.offset - chunk.length, timeMs: Date.now() }, chunk));
    this.#stop?.set(number, stream.hold());
    stream.onEnd(() => {
      this.#streams.delete(number);
      this.#stop?.delete(number);
      this.#rig.news({ kind: 'ended', stream: number });
      this.#rig.changed();
    });
  }

  /** Ends all of them with all that they have started. Resolves when nobody is left. */
  async end(options: EndOptions): Promise<void> {
    for (const { id, osPid, exit } of this.#children.values()) {
      if (osPid !== undefined && sendSignal(-osPid, 0)) {
        const end = new GroupEnd(osPid, options, this.#rig.clock, exit !== undefined);
        this.#ends.set(id, end);
        end.begin();
      }
    }
    await Promise.all(Array.from(this.#ends.values(), async ({ done }) => done));
  }

  /** Nobody asks for one that has ended; whoever else holds its pipes is read on. */
  forget(id: number): void {
    if (this.#children.get(id)?.exit !== undefined) {
      this.#children.delete(id);
    }
  }

  /** Reads nobody, or everybody again who is not held for another reason. */
  stopReading(stopped: boolean): void {
    if (stopped && this.#stop === undefined) {
      this.#stop = new Map(Array.from(this.#streams.values(), ({ number, stream }) => [number, stream.hold()]));
    } else if (!stopped && this.#stop !== undefined) {
      const holds = this.#stop;
      this.#stop = undefined;
      for (const release of holds.values()) {
        release();
      }
    }
  }

  /** What a gafferd holds that has gone is read on. */
  resumeAll(): void {
    for (const kept of this.#streams.values()) {
      kept.resume();
    }
  }
}
