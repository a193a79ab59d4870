/** CPU time used up to a moment. */
export interface CpuPoint {
  readonly atMs: number;
  readonly cpuSeconds: number;
}

/** What a look at a process tells of its CPU. */
export interface CpuLook {
  /** Percent of one core since the look before; 0 at the first. */
  readonly cpuPercent: number;
  readonly isFirst: boolean;
}

/**
 * The system counts CPU time in steps of 10 ms, user's and system's apart: over half a second that makes 4 percent at the
 * most. Who looks more often is told of the time since an earlier look.
 */
const SHORTEST_MS = 500;

/** Tells one who looks at a process again and again how busy it was in between. Whoever else looks does not matter. */
export class CpuMeter {
  #from: CpuPoint;
  #next: CpuPoint;
  #last: CpuPoint;
  #look: CpuLook = { cpuPercent: 0, isFirst: true };

  constructor(first: CpuPoint) {
    this.#from = first;
    this.#next = first;
    this.#last = first;
  }

  /** What is told now; the same again for the same moment. */
  look(now: CpuPoint): CpuLook {
    if (now.atMs <= this.#last.atMs) {
      return this.#look;
    }
    if (now.atMs - this.#next.atMs >= SHORTEST_MS) {
      this.#from = this.#next;
      this.#next = now;
    }
    this.#last = now;
    const used = now.cpuSeconds - this.#from.cpuSeconds;
    this.#look = { cpuPercent: ((used * 1000) / (now.atMs - this.#from.atMs)) * 100, isFirst: false };
    return this.#look;
  }
}
