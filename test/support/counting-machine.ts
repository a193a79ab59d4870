import { join } from 'node:path';
import type { JobOverview, ProcessOverview } from '../../src/job/info.ts';
import { BRIEF, countingScripts, countingSections, INSTANCES, linesAtEnd, STEADY } from './counting-jobs.ts';
import { FleetClient, fleetProcesses, randomFrom } from './fleet.ts';
import { freePort } from './free-port.ts';
import type { Gafferd } from './gafferd.ts';
import { EventFollower, LogFollower } from './lasting-follower.ts';
import type { TestMachine } from './machine.ts';
import { becomes, bytesWritten, startTimeOf } from './processes.ts';
import { Program } from './program.ts';
import { Ticker } from './ticker.ts';

const CLIENTS = 4;

/** How many times 200 kB are written, 10 ms apart. */
const BURSTS = 4;

/** How long that takes, in milliseconds. */
export const STREAM_MS = 10 * BURSTS;

/** The job that `gaffer logs -f` follows. */
const SHOWN = STEADY[0]!;

/** What no restart of gafferd may change of a process. */
type Lasting = Pick<ProcessOverview, 'pid' | 'os_pid' | 'slot' | 'create_time' | 'restarts'> & { readonly startTime: string };

interface CountingOptions {
  readonly mark: string;
  readonly seed: number;
}

/** A machine whose gafferd runs 20 jobs with 5 counting processes each, and what clients load besides. All that they write is followed. */
export class CountingMachine {
  readonly clients: readonly FleetClient[];
  readonly #machine: TestMachine;
  readonly #mark: string;
  readonly #address: string;
  readonly #ticker: Ticker;
  readonly #bursts: Ticker;
  #isTicking = false;
  #burstsLeft = 0;
  #log: LogFollower | undefined;
  #events: EventFollower | undefined;
  #gaffer: Program | undefined;
  #steady: Readonly<Record<string, readonly Lasting[]>> = {};
  /** What steady processes had written before their first line, by pid. */
  readonly #writtenBefore = new Map<number, number>();

  /** Configures it. */
  static async create(machine: TestMachine, options: CountingOptions): Promise<CountingMachine> {
    return new CountingMachine(machine, options, `127.0.0.1:${await freePort()}`);
  }

  private constructor(machine: TestMachine, { mark, seed }: CountingOptions, address: string) {
    this.#machine = machine;
    this.#mark = mark;
    this.#address = address;
    const [ticks, bursts] = [join(machine.root, 'ticks'), join(machine.root, 'bursts')];
    this.#ticker = new Ticker(ticks, 20, () => (this.#isTicking ? 3 : 0));
    this.#bursts = new Ticker(bursts, 10, () => Math.min(1, Math.max(0, this.#burstsLeft--)));
    const env = { PATH: process.env['PATH'] ?? '', TICKS: ticks, BURSTS: bursts };
    machine.configure(...countingSections({ ...env, FLEET_MARK: mark }));
    this.clients = Array.from({ length: CLIENTS }, (_, index) => {
      return new FleetClient(`s${index}`, { mark, random: randomFrom(seed + 1000 * (index + 1)), scripts: countingScripts(), env });
    });
  }

  /** Starts gafferd; with the first one everything is followed as soon as all processes are there. */
  async start(): Promise<Gafferd> {
    const daemon = this.spawn();
    await daemon.ready();
    if (this.#log === undefined) {
      await this.#begin(daemon);
    }
    return daemon;
  }

  /** Starts gafferd, and waits for nothing. */
  spawn(): Gafferd {
    return this.#machine.spawn([], { bind: ['--bind', this.#address] });
  }

  /** Lets 20 MB/s be written for a moment: no more than a node keeps for a follower who does not get to reading. */
  stream(): void {
    this.#burstsLeft = BURSTS;
  }

  /** What is wrong with what there is, compared with what was asked for and what was there before. */
  async check(daemon: Gafferd): Promise<readonly string[]> {
    const wrong = (await Promise.all(this.clients.map((client) => client.check(daemon.urls[0]!)))).flat();
    const steady = await this.#steadyOf(daemon);
    for (const [job, before] of Object.entries(this.#steady)) {
      if (JSON.stringify(steady[job]) !== JSON.stringify(before)) {
        wrong.push(`${job} is ${JSON.stringify(steady[job])}, was ${JSON.stringify(before)}`);
      }
    }
    return [...wrong, ...this.#log!.problems, ...this.#events!.problems];
  }

  /** Waits until each job has had as many processes as are wanted and none has more, and tells what is wrong. */
  async settle(): Promise<readonly string[]> {
    const wanted = new Map([
      ...[...STEADY, ...BRIEF].map((job) => [`default.${job}`, INSTANCES] as const),
      ...this.clients.flatMap((client) => client.processes).filter(([, count]) => count > 0),
    ]);
    const open = new Map(wanted); // those that end all the time are not all there in one moment
    let counts = new Map<string, number>();
    const tooMany = (): string[] => [...counts.keys()].filter((job) => counts.get(job)! > (wanted.get(job) ?? 0));
    await becomes(() => {
      counts = this.#countJobs();
      for (const job of [...open.keys()].filter((one) => counts.get(one) === open.get(one))) {
        open.delete(job);
      }
      return open.size === 0 && tooMany().length === 0;
    }, 10_000);
    return [...open.keys(), ...tooMany()].map((job) => `${job} has ${counts.get(job) ?? 0} processes, wanted are ${wanted.get(job) ?? 0}`);
  }

  /** Lets nobody write any more, and tells what of all that was written was not told, and what was told that must not be. */
  async finish(): Promise<readonly string[]> {
    this.#isTicking = false;
    this.#burstsLeft = 0;
    await becomes(() => this.#untold().length === 0, 10_000);
    return [...this.#untold(), ...this.#log!.problems, ...this.#events!.problems, ...this.#wrongEvents()];
  }

  /** What there was to be told. */
  get told(): string {
    return `${this.#log?.lines.count} lines, ${this.#events?.events.length} events`;
  }

  /** Resolves when nobody follows any more. */
  async close(): Promise<void> {
    this.#ticker.close();
    this.#bursts.close();
    await Promise.all([this.#log?.close(), this.#events?.close(), this.#gaffer?.end('SIGINT')]);
  }

  async #begin(daemon: Gafferd): Promise<void> {
    if (!(await becomes(() => fleetProcesses(this.#mark).length === (STEADY.length + BRIEF.length) * INSTANCES, 10_000))) {
      throw new Error('the processes are not there in time');
    }
    this.#steady = await this.#steadyOf(daemon);
    for (const { pid, os_pid } of Object.values(this.#steady).flat()) {
      this.#writtenBefore.set(pid, bytesWritten(os_pid)); // not by the program
    }
    const url = `http://${this.#address}`;
    this.#log = new LogFollower(url, linesAtEnd);
    this.#events = new EventFollower(url);
    const env = this.#machine.env({ GAFFER_ENDPOINT: url });
    this.#gaffer = new Program(['logs', '-f', '--app', 'default', SHOWN], { cwd: this.#machine.root, env });
    await Promise.all([this.#log.begun, this.#events.begun, this.#gaffer.stdout.until('spawn', INSTANCES)]);
    this.#isTicking = true;
  }

  async #steadyOf(daemon: Gafferd): Promise<Readonly<Record<string, readonly Lasting[]>>> {
    const { jobs } = (await daemon.ask('GET', '/overview?session=default')).json as { readonly jobs: readonly JobOverview[] };
    const look = ({ pid, os_pid, slot, create_time, restarts }: ProcessOverview): Lasting => ({
      ...{ pid, os_pid, slot, create_time, restarts },
      startTime: startTimeOf(os_pid),
    });
    const looks = jobs.map(({ name, processes }) => {
      return [name.slice('default.'.length), processes.map(look).sort((one, other) => one.slot - other.slot)] as const;
    });
    return Object.fromEntries(looks.filter(([name]) => STEADY.includes(name)));
  }

  #countJobs(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { job } of fleetProcesses(this.#mark).filter(({ leads }) => leads)) {
      counts.set(job, (counts.get(job) ?? 0) + 1);
    }
    return counts;
  }

  /** What steady processes have written and nobody was told, or not by `gaffer logs -f`. */
  #untold(): readonly string[] {
    const { lines } = this.#log!;
    const shown = this.#gaffer!.stdout.text;
    const steady = Object.entries(this.#steady).flatMap(([job, processes]) =>
      processes.flatMap(({ pid, os_pid, slot }) => {
        const written = bytesWritten(os_pid) - (this.#writtenBefore.get(pid) ?? 0);
        const last = lines.lastOf(pid);
        const numbers =
          job === SHOWN ? [...shown.matchAll(new RegExp(`\\| ${os_pid} (\\d+)$`, 'gm'))].map(([, number]) => Number(number)) : undefined;
        return [
          ...(written === lines.bytesOf(pid) ? [] : [`${job}.${slot} has written ${written} bytes, told were ${lines.bytesOf(pid)}`]),
          ...(numbers?.every((number, index) => number === index + 1) === false ? [`gaffer has shown ${numbers.join(' ')} of ${job}.${slot}`] : []),
          ...(numbers !== undefined && numbers.length !== last ? [`gaffer has shown ${numbers.length} of the ${last} lines of ${job}.${slot}`] : []),
        ];
      }),
    );
    return [...steady, ...lines.unfinished];
  }

  /** What the events tell that must not be: each process of a brief job ends by itself and has one successor, no other one ends. */
  #wrongEvents(): readonly string[] {
    const isThere = new Map<string, boolean>();
    return this.#events!.events.flatMap((event) => {
      if (!event.name.startsWith('default.') || (event.type !== 'spawn' && event.type !== 'exit')) {
        return [];
      }
      const slot = `${event.name}.${event.process.slot}`;
      const isSpawn = event.type === 'spawn';
      const isDue = isSpawn !== (isThere.get(slot) ?? true) && (isSpawn || linesAtEnd(event) !== undefined);
      isThere.set(slot, isSpawn);
      return isDue && BRIEF.includes(event.name.slice('default.'.length)) ? [] : [`not due: ${JSON.stringify(event)}`];
    });
  }
}
