/** Tells things of one kind apart. */
export type Labels = Readonly<Record<string, string>>;

/** Of a metric that is of one thing. */
const NONE: Labels = {};

/** A number, and what it is of. */
export interface Sample {
  /** Those of the same object are written once, as long as it is kept: there can be ten thousands of samples. */
  readonly labels: Labels;
  readonly value: number;
}

/** One metric as Prometheus knows it: a number, or one for each of several things. Its unit is in its name. */
export interface Series {
  /** A counter only grows while the node runs. */
  readonly type: 'counter' | 'gauge';
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** A metric of many things. */
export function series(type: Series['type'], name: string, help: string, samples: readonly Sample[]): Series {
  return { type, name, help, samples };
}

/** A metric of one thing. */
export function single(type: Series['type'], name: string, help: string, value: number): Series {
  return series(type, name, help, [{ labels: NONE, value }]);
}
