import type { GafferEvent } from '../../job/event.ts';
import type { ProcessExit } from '../../job/exit.ts';
import type { ProcessOverview } from '../../job/info.ts';
import { parseJobName } from '../../job/name.ts';
import type { Labels } from './series.ts';

/** How a process has ended, as metrics tell it. */
export type Outcome = 'success' | 'failure' | 'signal' | 'not_started' | 'unknown';

/** How many processes have ended so. */
export interface ExitCount {
  /** Somebody has told them to. */
  readonly requested: boolean;
  readonly outcome: Outcome;
  readonly labels: Labels;
  readonly count: number;
}

/** CPU time that was used in a slot. */
export interface SlotTally {
  readonly labels: Labels;
  readonly cpuSeconds: number;
}

/** What can be expected of every job is told from the beginning, as 0: else nobody sees the first one come. */
const EXPECTED: readonly Pick<ExitCount, 'requested' | 'outcome'>[] = [
  { requested: false, outcome: 'success' },
  { requested: false, outcome: 'failure' },
  { requested: false, outcome: 'signal' },
  { requested: false, outcome: 'not_started' },
  { requested: true, outcome: 'success' },
  { requested: true, outcome: 'failure' },
  { requested: true, outcome: 'signal' },
];

/** What has come together of one job; it only grows. */
export class JobTally {
  /** Whose it is. Not `job`: Prometheus gives that label to whatever it reads. */
  readonly labels: Labels;
  spawns = 0;
  restarts = 0;
  flaps = 0;
  giveUps = 0;
  cpuSeconds = 0;
  readonly #exits: (ExitCount & { count: number })[];
  readonly #slots = new Map<number, SlotTally & { cpuSeconds: number }>();
  /** What each process had used when it was last seen, by pid. */
  #seen: ReadonlyMap<number, number> = new Map();
  /** Slots that had a process since the job was loaded. */
  readonly #used = new Set<number>();

  /** @param name the full one */
  constructor(name: string) {
    this.labels = { session: parseJobName(name).session, name };
    this.#exits = EXPECTED.map((exit) => this.#noExits(exit));
  }

  get exits(): readonly ExitCount[] {
    return this.#exits;
  }

  /** All processes that were seen in a slot; in 0 are those outside supervision. */
  slot(number: number): SlotTally {
    return this.#slot(number);
  }

  /** Takes note of an event of the job. */
  note(event: GafferEvent): void {
    const { type } = event;
    if (type === 'spawn') {
      this.#spawned(event.process.slot);
    } else if (type === 'exit') {
      this.#exited(event.requested, outcomeOf(event.exit));
    } else if (type === 'flap') {
      this.flaps += 1;
    } else if (type === 'give_up') {
      this.giveUps += 1;
    } else if (type === 'unload') {
      this.#used.clear();
    }
  }

  /** Takes note of what the processes of the job have used so far. Of one that has ended that counts which was seen last. */
  noteCpu(processes: readonly Pick<ProcessOverview, 'pid' | 'slot' | 'cpu_seconds'>[]): void {
    const seen = new Map<number, number>();
    for (const { pid, slot, cpu_seconds: seconds } of processes) {
      const before = this.#seen.get(pid) ?? 0;
      const now = Math.max(before, seconds ?? 0);
      seen.set(pid, now);
      this.cpuSeconds += now - before;
      this.#slot(slot).cpuSeconds += now - before;
    }
    this.#seen = seen;
  }

  #slot(number: number): SlotTally & { cpuSeconds: number } {
    const slot = this.#slots.get(number) ?? { labels: { ...this.labels, slot: String(number) }, cpuSeconds: 0 };
    this.#slots.set(number, slot);
    return slot;
  }

  #exited(requested: boolean, outcome: Outcome): void {
    let counted = this.#exits.find((exit) => exit.requested === requested && exit.outcome === outcome);
    if (counted === undefined) {
      counted = this.#noExits({ requested, outcome });
      this.#exits.push(counted);
    }
    counted.count += 1;
  }

  #noExits(exit: Pick<ExitCount, 'requested' | 'outcome'>): ExitCount & { count: number } {
    return { ...exit, labels: { ...this.labels, requested: String(exit.requested), outcome: exit.outcome }, count: 0 };
  }

  #spawned(slot: number): void {
    this.spawns += 1;
    if (slot === 0) {
      return; // it takes nobody's place
    }
    if (this.#used.has(slot)) {
      this.restarts += 1;
    }
    this.#used.add(slot);
  }
}

function outcomeOf(exit: ProcessExit): Outcome {
  if (exit.kind === 'code') {
    return exit.code === 0 ? 'success' : 'failure';
  }
  return exit.kind;
}
