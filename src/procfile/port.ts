import { GafferError } from '../errors.ts';

/** A place that may tell the first port. */
export interface PortSource {
  readonly value: string | number | undefined;
  /** What it is called in an error: `--port`, `PORT in .env`. */
  readonly from: string;
}

/** The port of the first process type when nobody says another. */
export const DEFAULT_BASE = 5000;

/** How far the ports of process types are apart. */
export const STEP = 100;

/**
 * The port of the first instance of the first process type: the first source that is set, else the default.
 * @throws GafferError `bad_usage` when that one is not a port
 */
export function basePort(sources: readonly PortSource[], byDefault = DEFAULT_BASE): number {
  const source = sources.find(({ value }) => value !== undefined && value !== '');
  if (source === undefined) {
    return byDefault;
  }
  const text = String(source.value).trim();
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) {
    throw new GafferError('bad_usage', `${source.from}: expected a port from 1 to 65535, got ${JSON.stringify(source.value)}`);
  }
  return port;
}

/**
 * The port of the first instance of a process type, by its place in the Procfile: 100 further for each one before it.
 * @throws GafferError `bad_usage` when no port is left
 */
export function portOfType(base: number, index: number, name: string): number {
  const port = base + index * STEP;
  expectPort(port, name);
  return port;
}

/** Refuses a port that there is none of. @param name who would get it @throws GafferError `bad_usage` */
export function expectPort(port: number, name: string): void {
  if (port > 65_535) {
    throw new GafferError('bad_usage', `expected ports up to 65535, but "${name}" would get ${port}; start lower, or without ports`);
  }
}
