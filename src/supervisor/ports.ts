import { readFileSync } from 'node:fs';
import type { Clock } from './clock.ts';

const LISTENING = '0A';

/**
 * The TCP ports that somebody listens on, as the system lists them: looking disturbs nobody, as trying to bind would.
 * Undefined where the system has no such list.
 */
export function listeningPorts(): ReadonlySet<number> | undefined {
  const ports = new Set<number>();
  let found = false;
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    try {
      for (const line of readFileSync(file, 'latin1').split('\n').slice(1)) {
        const fields = line.trim().split(/\s+/);
        if (fields[3] === LISTENING) {
          ports.add(Number.parseInt(fields[1]?.split(':')[1] ?? '', 16));
        }
      }
      found = true;
    } catch {
      // no IPv6, or no /proc
    }
  }
  return found ? ports : undefined;
}

/** The list is not read again before it is that old. */
const FRESH_MS = 50;

/** The ports that are taken, read as seldom as will do when hundreds of instances start. */
export class PortList {
  readonly #clock: Clock;
  #ports: ReadonlySet<number> | undefined;
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether somebody listens on a port; false where that can't be told. */
  has(port: number): boolean {
    const now = this.#clock.now();
    if (now - this.#readAtMs > FRESH_MS) {
      this.#readAtMs = now;
      this.#ports = listeningPorts();
    }
    return this.#ports?.has(port) ?? false;
  }
}
