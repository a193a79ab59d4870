/** What reconcile needs to know of one supervised instance. */
export interface Occupant {
  readonly slot: number;
  /** `leaving` is on its way out for good, `replaced` is on its way out and its slot gets a successor. */
  readonly state: 'up' | 'leaving' | 'replaced';
}

/** What has to happen so that a job has the instances that are wanted. */
export interface Plan<T extends Occupant> {
  /** Slots in which an instance is to be started. */
  readonly start: readonly number[];
  /** Instances to stop. */
  readonly stop: readonly T[];
  /** Instances that are ending anyway and get no successor after all. */
  readonly release: readonly T[];
}

/**
 * Compares what is wanted with what is there. Surplus goes oldest first, but of those that are being replaced the highest slots
 * get no successor: the first process of a job stays the first one. What is missing takes `vacated` if that slot is free, then the
 * lowest free slots. An instance that is being replaced keeps its slot until it is gone.
 * @param instances the job's supervised instances, oldest first
 */
export function reconcile<T extends Occupant>(wanted: number, instances: readonly T[], vacated?: number): Plan<T> {
  const up = instances.filter((instance) => instance.state === 'up');
  const replaced = instances.filter((instance) => instance.state === 'replaced');
  const surplus = up.length + replaced.length - wanted;
  if (surplus > 0) {
    const release = replaced.toSorted((a, b) => b.slot - a.slot).slice(0, surplus);
    return { start: [], stop: up.slice(0, surplus - release.length), release };
  }
  const taken = new Set(instances.map((instance) => instance.slot));
  const start: number[] = [];
  if (surplus < 0 && vacated !== undefined && !taken.has(vacated)) {
    start.push(vacated);
    taken.add(vacated);
  }
  for (let slot = 1; start.length < -surplus; slot += 1) {
    if (!taken.has(slot)) {
      start.push(slot);
    }
  }
  return { start: start.sort((a, b) => a - b), stop: [], release: [] };
}
