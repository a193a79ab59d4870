import { GafferError, messageOf } from '../errors.ts';
import type { ChildRecord } from '../supervisor/child-record.ts';
import { systemClock } from '../supervisor/clock.ts';
import { flatEnvironment } from '../supervisor/environment.ts';
import type { Host, Journal, StartListener, StartRequest } from '../supervisor/host.ts';
import { readProcess } from '../supervisor/process-table.ts';
import { Arrival } from './arrival.ts';
import type { Inventory } from './inventory.ts';
import { KeeperJournal } from './journal.ts';
import { KeeperLegacy } from './keeper-legacy.ts';
import { findKeeper, isKeeperThere, type KeeperProgram, startKeeper } from './keeper-process.ts';
import { KeeperStreams } from './keeper-streams.ts';
import { Link } from './link.ts';
import type { News, Operation } from './protocol.ts';

/** What a {@link KeeperHost} is given. */
export interface KeeperHostOptions extends Omit<KeeperProgram, 'execPath'> {
  /** Default: the Node that runs this process. */
  readonly execPath?: string | undefined;
  /** How long to wait for a gafferd that is there to be gone. Default: 5 seconds. */
  readonly waitMs?: number | undefined;
  /** After how long a keeper that does not answer is given up. Default: 10 seconds. */
  readonly answerMs?: number | undefined;
  /** Is told which process groups there are. */
  readonly record?: ChildRecord | undefined;
  /** The keeper has gone, which it should not: nothing that it had can be had any more. Called once. */
  readonly onLost: (reason: string) => void;
}

/** How long a predecessor that was killed, or leaves, can take to be gone. */
const WAIT_MS = 5000;

/** A keeper that does not answer for so long does nothing any more. */
const ANSWER_MS = 10_000;

/** Starts processes as children of a keeper, which outlives this process: the next gafferd finds them there. */
export class KeeperHost implements Host {
  readonly journal: Journal;
  readonly #options: KeeperHostOptions;
  readonly #link: Link;
  readonly #arrival: Arrival;
  readonly #listeners = new Map<number, StartListener>();
  /** The system's pids of processes whose group is not known to be gone. */
  readonly #groups = new Map<number, number>();
  readonly #streams = new KeeperStreams((operations) => this.#send(operations));
  #hasArrived = false;
  /** The environment that the keeper was told last. */
  #environment: unknown;
  #legacy: KeeperLegacy | undefined;
  #runId: string;
  #onGone: (() => void) | undefined;

  private constructor(options: KeeperHostOptions) {
    this.#options = options;
    this.#runId = options.runId;
    this.#link = new Link(
      {
        message: (message) => this.#heard(message),
        output: (place, bytes) => {
          if (this.#hasArrived) {
            this.#streams.arrived(place, bytes);
          } else {
            this.#arrival.output(place, bytes);
          }
        },
        lost: (reason) => this.#lost(reason),
      },
      options.waitMs ?? WAIT_MS,
    );
    this.#arrival = new Arrival(this.#link.visit);
    this.journal = new KeeperJournal((operations) => this.#send(operations));
  }

  /**
   * Goes to the keeper of a folder; starts one if none is there.
   * @throws GafferError `already_running` when another gafferd is there, `io_failed`
   */
  static async open(options: KeeperHostOptions): Promise<KeeperHost> {
    const found = findKeeper(options.folder);
    const isThere = await isKeeperThere(options.folder);
    if (!isThere) {
      await startKeeper({ ...options, execPath: options.execPath ?? process.execPath });
    }
    const host = new KeeperHost(options);
    try {
      const inventory = await host.#arrive();
      host.#runId = inventory.runId;
      if (!isThere) {
        host.#link.go();
      } else {
        host.#legacy = host.#takeOver(inventory);
      }
      return host;
    } catch (error) {
      host.close();
      if (isThere && !(await isKeeperThere(options.folder))) {
        return KeeperHost.open(options); // it had nothing left to do, and has ended in that moment
      }
      throw error instanceof GafferError ? error : unusable(options.folder, found?.pid, messageOf(error));
    }
  }

  async #arrive(): Promise<Inventory> {
    await this.#link.open(this.#options.folder);
    const cancel = systemClock.after((this.#options.answerMs ?? ANSWER_MS) + (this.#options.waitMs ?? WAIT_MS), () =>
      this.#lost('it does not answer'),
    );
    try {
      return await this.#arrival.inventory;
    } finally {
      cancel();
    }
  }

  #takeOver(inventory: Inventory): KeeperLegacy {
    for (const { id, osPid, startTime } of inventory.processes) {
      this.#note(id, osPid, startTime);
    }
    return new KeeperLegacy(inventory, {
      stream: (found) => this.#streams.find(found),
      follow: (id, listener) => this.#listeners.set(id, listener),
      begin: () => this.#link.go(),
    });
  }

  /** Marks its processes: what the gafferd has said that has started the keeper. */
  get runId(): string {
    return this.#runId;
  }

  /** What a gafferd before this one has left; undefined when there was none. Nothing of it is told before `begin`. */
  get legacy(): KeeperLegacy | undefined {
    return this.#legacy;
  }

  async prepare(outputs: number): Promise<void> {
    this.#send([{ op: 'prepare', outputs }]);
  }

  isReadyFor(): boolean {
    return true; // the keeper makes pipes as they are needed
  }

  async makeReadyFor(): Promise<void> {
    // see isReadyFor
  }

  start(request: StartRequest, listener: StartListener): void {
    if (request.pipes.customChannels.length > 0) {
      listener.started({ osPid: undefined, streams: new Map() });
      const reason = `cannot execute ${request.file}: custom channels are this process's own, and gafferd's processes are started by another one`;
      setImmediate(() => listener.exited({ kind: 'not_started', reason, code: 126 }));
      return;
    }
    this.#listeners.set(request.id, listener);
    const { note, env, ...rest } = request;
    const behind = Object.getPrototypeOf(env) as Readonly<Record<string, string>> | null;
    const onEnvironment = behind !== null && behind !== Object.prototype;
    const bytes = Buffer.from(JSON.stringify({ ...rest, env: { ...env }, cwd: request.cwd ?? ownFolder() }));
    this.#send([
      ...(onEnvironment ? this.#environmentIfNew(behind) : []),
      { op: 'start', id: request.id, note: JSON.stringify(note ?? null), onEnvironment, bytes },
    ]);
  }

  #environmentIfNew(environment: Readonly<Record<string, string>>): Operation[] {
    if (this.#environment === environment) {
      return [];
    }
    this.#environment = environment;
    return [{ op: 'environment', bytes: Buffer.from(JSON.stringify(flatEnvironment(environment))) }];
  }

  gone(id: number): void {
    const osPid = this.#groups.get(id);
    if (osPid !== undefined) {
      this.#groups.delete(id);
      this.#options.record?.remove(osPid);
      this.#send([{ op: 'gone', id }]);
    }
  }

  /** Lets go of the keeper, which goes on. */
  close(): void {
    this.#close('gafferd ends');
  }

  #close(why: string): void {
    this.#link.close();
    this.#streams.fail(why);
  }

  /** Leaves processes to the keeper: it reads them on, but of what they write it keeps the end only. It ends after the last of them. */
  async leave(): Promise<void> {
    this.#send([{ op: 'leave' }]);
    this.close();
  }

  /** There is nothing to keep any more. Resolves when the keeper has gone; with processes that can't be ended it stays, as for {@link leave}. */
  async finish(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = systemClock.after(ANSWER_MS, resolve);
      this.#onGone = () => {
        cancel();
        resolve();
      };
      this.#send([{ op: 'finish' }]);
    });
    this.close();
  }

  #send(operations: readonly Operation[]): void {
    this.#link.send(operations);
  }

  #heard(message: Buffer): void {
    if (this.#hasArrived) {
      this.#learn(JSON.parse(message.toString()) as News);
    } else if (this.#arrival.message(message)) {
      this.#hasArrived = true;
      this.#link.stop(); // until its past is taken over
    }
  }

  #learn(news: News): void {
    switch (news.kind) {
      case 'started':
        this.#started(news);
        return;
      case 'exited': {
        const listener = this.#listeners.get(news.id);
        this.#listeners.delete(news.id);
        listener?.exited(news.exit, news.atMs);
        return;
      }
      case 'ended':
        this.#streams.ended(news.stream);
        return;
      case 'written':
        this.#streams.written(news.answer, news.problem);
        return;
      case 'live':
    }
  }

  #started({ id, osPid, startTime, streams }: News & { readonly kind: 'started' }): void {
    this.#note(id, osPid, startTime);
    this.#listeners.get(id)?.started({ osPid, streams: this.#streams.open(streams) });
  }

  #note(id: number, osPid: number | undefined, startTime: string): void {
    if (osPid !== undefined) {
      this.#groups.set(id, osPid);
      this.#options.record?.add(osPid, startTime);
    }
  }

  #lost(reason: string): void {
    this.#close("the keeper of gafferd's processes has gone");
    const onGone = this.#onGone;
    if (onGone !== undefined) {
      onGone();
    } else if (this.#hasArrived) {
      this.#options.onLost(reason);
    } else {
      this.#arrival.fail(unusable(this.#options.folder, findKeeper(this.#options.folder)?.pid, reason));
    }
  }
}

function unusable(folder: string, pid: number | undefined, why: string): GafferError {
  const whom = pid === undefined ? '' : ` (pid ${pid})`;
  const isStopped = pid !== undefined && readProcess(pid)?.state === 'T';
  const help = isStopped
    ? `it is stopped: let it go on (kill -CONT ${pid})`
    : 'if nothing else helps, kill it: its processes are ended then, and started anew';
  return new GafferError('io_failed', `the process that keeps gafferd's children${whom} can not be spoken to in ${folder}: ${why}; ${help}`);
}

/** Processes without a folder of their own run in this one's. */
function ownFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/'; // somebody has removed it
  }
}
