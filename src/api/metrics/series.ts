/** Tells things of one kind apart. */
export type Labels = Readonly<Record<string, string>>;

/** A number, and what it is of. */
export interface Sample {
  /** Labels that many samples have: they are written once for the same object. */
  readonly shared?: Labels;
  readonly labels?: Labels;
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
  return series(type, name, help, [{ value }]);
}
