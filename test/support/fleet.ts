import { readdirSync, readFileSync } from 'node:fs';
import { askAt, type DaemonAnswer } from './gafferd.ts';

/** How a job of a fleet is: what its configuration says, how many are wanted, and whether it was stopped. */
export interface FleetJob {
  readonly count: number;
  readonly target: number;
  readonly stopped: boolean;
}

type JobOfFleet = 'one' | 'two' | 'three';

/** What the jobs of a fleet run: one that runs on, one that ends by itself all the time, one with a grandchild. */
export type FleetScripts = Readonly<Record<JobOfFleet, string>>;

const SLEEPING: FleetScripts = { one: 'exec sleep 1000', two: 'sleep 0.2; exit 3', three: 'sleep 1000 & wait' };

/** What a fleet's client is made of. */
export interface FleetOptions {
  /** Every process has it as `FLEET_MARK`. */
  readonly mark: string;
  readonly random: () => number;
  readonly scripts?: FleetScripts;
  readonly env?: Readonly<Record<string, string>>;
}

/** Undefined is a job that is not there. */
type Promised = FleetJob | undefined;

/** One thing that can be done to a job, and how it is then. */
interface Deed {
  readonly method: string;
  readonly path: string;
  readonly body?: string | object;
  readonly after: Promised;
}

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A client with a session of its own that does one thing after the other, and knows of each job what a node that has lost
 * nothing may show: what was acknowledged, or what was asked for and not answered.
 */
export class FleetClient {
  readonly session: string;
  readonly #random: () => number;
  readonly #mark: string;
  readonly #scripts: FleetScripts;
  readonly #env: Readonly<Record<string, string>>;
  #acknowledged = 0;
  /** What may be; one thing, but for the job whose last request was not answered. */
  readonly #promised = new Map<JobOfFleet, readonly Promised[]>((['one', 'two', 'three'] as const).map((job) => [job, [undefined]]));

  constructor(session: string, { mark, random, scripts = SLEEPING, env = {} }: FleetOptions) {
    this.session = session;
    this.#mark = mark;
    this.#random = random;
    this.#scripts = scripts;
    this.#env = env;
  }

  /** Does things until the node is gone; resolves with what was refused. */
  async work(url: string): Promise<string | undefined> {
    for (;;) {
      const job = this.#pick([...this.#promised.keys()]);
      const now = this.#promised.get(job)?.[0];
      const { method, path, body, after } = this.#deed(job, now);
      this.#promised.set(job, [now, after]);
      let answer: DaemonAnswer;
      try {
        answer = await askAt(url, method, path, body);
      } catch {
        return undefined;
      }
      if (answer.status >= 300) {
        return `${method} ${path} ${JSON.stringify(body)}: ${answer.status} ${answer.text}`;
      }
      this.#promised.set(job, [after]);
      this.#acknowledged += 1;
    }
  }

  /** Compares what a node shows with what was promised, and tells what is wrong; what was open is settled then. */
  async check(url: string): Promise<readonly string[]> {
    const checks = [...this.#promised].map(async ([job, allowed]) => {
      const seen = await seenAt(url, `/jobs/${this.session}/${job}`);
      this.#promised.set(job, [seen]);
      const isAllowed = allowed.some((one) => JSON.stringify(one) === JSON.stringify(seen));
      return isAllowed ? [] : [`${this.session}.${job} is ${JSON.stringify(seen)}, expected one of ${JSON.stringify(allowed)}`];
    });
    return (await Promise.all(checks)).flat();
  }

  /** How much was done and answered so far. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** How many processes of each job there have to be now, by full name. */
  get processes(): readonly (readonly [string, number])[] {
    return [...this.#promised].flatMap(([job, [now]]) => (now === undefined || now.stopped ? [] : [[`${this.session}.${job}`, now.target] as const]));
  }

  #deed(job: JobOfFleet, now: Promised): Deed {
    const path = `/jobs/${this.session}/${job}`;
    const n = Math.floor(this.#random() * 4);
    const fresh = { count: n, target: n, stopped: false };
    if (now === undefined) {
      return { method: 'POST', path: `/jobs/${this.session}`, body: this.#config(job, n), after: fresh };
    }
    const started = { ...now, target: now.count, stopped: false };
    return this.#pick<Deed>([
      { method: 'DELETE', path, after: undefined },
      { method: 'PUT', path, body: this.#config(job, n), after: fresh },
      { method: 'POST', path: `${path}/numprocesses`, body: { scale: `=${n}` }, after: { ...now, target: n } },
      { method: 'POST', path: `${path}/numprocesses`, body: { scale: 1 }, after: { ...now, target: now.target + 1 } },
      { method: 'POST', path: `${path}/state`, body: '0', after: { ...now, target: 0, stopped: true } },
      { method: 'POST', path: `${path}/state`, body: '1', after: started },
      { method: 'POST', path: `${path}/state`, body: '2', after: started },
      { method: 'POST', path: `${path}/restart`, after: now.stopped ? started : now },
      { method: 'POST', path: `${path}/signal`, body: { signal: 'KILL' }, after: now },
    ]);
  }

  #config(name: JobOfFleet, numprocesses: number): object {
    const env = { PATH: process.env['PATH'] ?? '', ...this.#env, FLEET_JOB: `${this.session}.${name}`, FLEET_MARK: this.#mark };
    return { name, cmd: this.#scripts[name], shell: true, env, numprocesses, flapping: false, redirect_output: ['out'] };
  }

  #pick<T>(all: readonly T[]): T {
    return all[Math.floor(this.#random() * all.length)] as T;
  }
}

async function seenAt(url: string, path: string): Promise<Promised> {
  const { status, json } = await askAt(url, 'GET', path);
  if (status === 404) {
    return undefined;
  }
  const { config, max_processes: target, state } = json as { config: { numprocesses: number }; max_processes: number; state: string };
  return { count: config.numprocesses, target, stopped: state === 'stopped' };
}

/** A process of a fleet. */
export interface FleetProcess {
  readonly pid: number;
  readonly job: string;
  readonly runId: string;
  /** Whether gafferd has started it, and not one of its processes. */
  readonly leads: boolean;
}

/** Every process of a fleet that runs, by its mark; one that is being started can't be told yet. */
export function fleetProcesses(mark: string): FleetProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const environment = readFileSync(`/proc/${name}/environ`, 'latin1');
        if (!environment.includes(`FLEET_MARK=${mark}\0`)) {
          return [];
        }
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        const [state = '', , group = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (state === 'Z') {
          return [];
        }
        const value = (variable: string): string => new RegExp(`(?:^|\\0)${variable}=([^\\0]*)`).exec(environment)?.[1] ?? '';
        return [{ pid: Number(name), job: value('FLEET_JOB'), runId: value('GAFFER_RUN_ID'), leads: group === name }];
      } catch {
        return []; // it has ended
      }
    });
}
