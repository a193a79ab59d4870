import type { GafferEvent } from '../job/event.ts';
import type { FoundProcess, Legacy, StartListener } from '../supervisor/host.ts';
import type { FoundStream, Inventory } from './inventory.ts';
import type { KeeperStream } from './keeper-stream.ts';

/** What taking over needs. */
export interface LegacyRig {
  stream(found: FoundStream): KeeperStream;
  follow(id: number, listener: StartListener): void;
  begin(): void;
}

/** What a gafferd before this one has left with its keeper. */
export class KeeperLegacy implements Legacy {
  readonly runId: string;
  readonly events: readonly GafferEvent[];
  readonly notes: ReadonlyMap<string, unknown>;
  readonly processes: readonly FoundProcess[];
  readonly #rig: LegacyRig;
  readonly #streams: KeeperStream[] = [];

  constructor({ runId, events, notes, processes }: Inventory, rig: LegacyRig) {
    this.runId = runId;
    this.events = events;
    this.notes = notes;
    this.#rig = rig;
    this.processes = processes.map(({ id, note, state, osPid, streams, exit }) => ({
      id,
      note,
      state,
      process: { osPid, streams: new Map(streams.map((found) => [found.label, this.#open(found)])) },
      exit,
    }));
  }

  #open(found: FoundStream): KeeperStream {
    const stream = this.#rig.stream(found);
    this.#streams.push(stream);
    return stream;
  }

  follow(id: number, listener: StartListener): void {
    this.#rig.follow(id, listener);
  }

  begin(): void {
    this.#rig.begin();
  }

  /** Streams keep no more than usual from now on: whoever has followed a predecessor has come back, or does not come. */
  releaseRetained(): void {
    for (const stream of this.#streams.splice(0)) {
      stream.releaseRetained();
    }
  }
}
