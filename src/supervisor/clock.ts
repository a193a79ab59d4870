/** Time as the supervisor sees it. */
export interface Clock {
  /** Milliseconds that only grow, and are the same for all processes of the machine until it is started anew. */
  now(): number;
  /** Milliseconds since the epoch. */
  wallTime(): number;
  /** Calls back after that many milliseconds, unless the returned call comes first. */
  after(ms: number, callback: () => void): () => void;
}

/** The machine's time. */
export const systemClock: Clock = {
  now: () => Number(process.hrtime.bigint()) / 1e6,
  wallTime: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
