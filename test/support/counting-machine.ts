import { join } from 'node:path';
import type { JobOverview, ProcessOverview } from '../../src/job/info.ts';
import { BRIEF, BURST, countingScripts, countingSections, INSTANCES, linesAtEnd, STEADY } from './counting-jobs.ts';
import { waitedMs } from './cpu-wait.ts';
import { FleetClient, fleetProcesses, randomFrom } from './fleet.ts';
import { freePort } from './free-port.ts';
import type { Gafferd } from './gafferd.ts';
import { EventFollower } from './lasting-follower.ts';
import { LogReader } from './log-reader.ts';
import type { TestMachine } from './machine.ts';
import { becomes, bytesWritten, startTimeOf } from './processes.ts';
import { Program } from './program.ts';
import { Ticker } from './ticker.ts';
import { Torrent } from './torrent.ts';

const CLIENTS = 4;

/** What is still to be written when gafferd is killed in the middle of 20 MB/s: more than is read while there is none, so that processes wait. */
const REST_BYTES = 5_000_000;

/** The job that `gaffer logs -f` follows. */
const SHOWN = STEADY[0]!;

/** A stretch of time, up to a kill, in which processes wrote more than 20 MB/s, where the machine could do that. */
export interface Stretch {
  readonly ms: number;
  readonly writtenBytes: number;
  /** How much of that the log had told by then. */
  readonly toldBytes: number;
  /** For how long gafferd had to wait for a CPU. */
  readonly waitedMs: number;
}

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
  readonly #torrent: Torrent;
  readonly #stretches: Stretch[] = [];
  #isTicking = false;
  /** Ends the stretch that has begun. */
  #endStretch: (() => Stretch) | undefined;
  #log: LogReader | undefined;
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
    this.#torrent = new Torrent(bursts, () => this.#log?.read ?? 0);
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

  /** Lets so many bytes be written, 20 MB in a second. */
  burst(bytes: number): void {
    this.#torrent.allowMore(bytes);
  }

  /** Lets more than 20 MB/s be written until gafferd is killed; resolves when there are so many bytes. */
  async stream(daemon: Gafferd, bytes: number): Promise<void> {
    const log = this.#log!;
    const pids = this.#steady[BURST]!;
    const written = (): number => pids.reduce((sum, { os_pid }) => sum + bytesWritten(os_pid), 0);
    const [toldBefore, writtenBefore, waitedBefore, fromMs] = [log.read, written(), waitedMs(daemon.pid), performance.now()];
    this.#torrent.allow(Number.POSITIVE_INFINITY);
    this.#endStretch = () => {
      const toldBytes = log.read - toldBefore;
      const ms = performance.now() - fromMs;
      return { ms, writtenBytes: written() - writtenBefore, toldBytes, waitedMs: waitedMs(daemon.pid) - waitedBefore };
    };
    if (!(await becomes(() => written() - writtenBefore >= bytes, 30_000))) {
      throw new Error(`expected ${bytes} bytes to be written within 30 s, ${written() - writtenBefore} were`);
    }
  }

  /** Kills gafferd. What is streaming has to wait, and goes on when there is another. */
  async kill(daemon: Gafferd): Promise<void> {
    if (this.#endStretch !== undefined) {
      this.#stretches.push(this.#endStretch());
      this.#endStretch = undefined;
      this.#torrent.allow(REST_BYTES);
    }
    await daemon.end('SIGKILL');
  }

  /** How much of what was asked for was answered. */
  get acknowledged(): number {
    return this.clients.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  }

  /** The stretches up to now in which 20 MB/s were to be written. */
  get stretches(): readonly Stretch[] {
    return this.#stretches;
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
    return [...wrong, ...(await this.#log!.report([])).problems, ...this.#events!.problems];
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
    }, 30_000);
    return [...open.keys(), ...tooMany()].map((job) => `${job} has ${counts.get(job) ?? 0} processes, wanted are ${wanted.get(job) ?? 0}`);
  }

  /** Lets nobody write any more, and tells what of all that was written was not told, and what was told that must not be. */
  async finish(): Promise<readonly string[]> {
    this.#isTicking = false;
    this.#torrent.allow(0);
    const deadline = performance.now() + 30_000;
    let untold = await this.#untold();
    while (untold.length > 0 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20)); // no event says that it is read
      untold = await this.#untold();
    }
    return [...untold, ...(await this.#log!.report([])).problems, ...this.#events!.problems, ...this.#wrongEvents()];
  }

  /** Resolves when nobody follows any more. */
  async close(): Promise<void> {
    this.#ticker.close();
    this.#torrent.close();
    await Promise.all([this.#log?.close(), this.#events?.close(), this.#gaffer?.end('SIGINT')]);
  }

  async #begin(daemon: Gafferd): Promise<void> {
    if (!(await becomes(() => fleetProcesses(this.#mark).length === (STEADY.length + BRIEF.length) * INSTANCES, 30_000))) {
      throw new Error('the processes are not there in time');
    }
    this.#steady = await this.#steadyOf(daemon);
    for (const { pid, os_pid } of Object.values(this.#steady).flat()) {
      this.#writtenBefore.set(pid, bytesWritten(os_pid)); // not by the program
    }
    const url = `http://${this.#address}`;
    this.#events = new EventFollower(url);
    const env = this.#machine.env({ GAFFER_ENDPOINT: url });
    this.#gaffer = new Program(['logs', '-f', '--app', 'default', SHOWN], { cwd: this.#machine.root, env });
    [this.#log] = await Promise.all([
      LogReader.start(
        url,
        this.#steady[BURST]!.map(({ pid }) => pid),
      ),
      this.#events.begun,
      this.#gaffer.stdout.until('spawn', INSTANCES),
    ]);
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
  async #untold(): Promise<readonly string[]> {
    const report = await this.#log!.report(Object.values(this.#steady).flatMap((processes) => processes.map(({ pid }) => pid)));
    const toldOf = new Map(report.told.map((told) => [told.pid, told]));
    const shown = this.#gaffer!.stdout.text;
    const steady = Object.entries(this.#steady).flatMap(([job, processes]) =>
      processes.flatMap(({ pid, os_pid, slot }) => {
        const written = bytesWritten(os_pid) - (this.#writtenBefore.get(pid) ?? 0);
        const { bytes, lines: last } = toldOf.get(pid)!;
        const numbers =
          job === SHOWN ? [...shown.matchAll(new RegExp(`\\| ${os_pid} (\\d+)$`, 'gm'))].map(([, number]) => Number(number)) : undefined;
        return [
          ...(written === bytes ? [] : [`${job}.${slot} has written ${written} bytes, told were ${bytes}`]),
          ...(numbers?.every((number, index) => number === index + 1) === false ? [`gaffer has shown ${numbers.join(' ')} of ${job}.${slot}`] : []),
          ...(numbers !== undefined && numbers.length !== last ? [`gaffer has shown ${numbers.length} of the ${last} lines of ${job}.${slot}`] : []),
        ];
      }),
    );
    return [...steady, ...report.unfinished];
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
