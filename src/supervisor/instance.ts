import type { ProcessRef } from '../job/event.ts';
import type { ProcessExit } from '../job/exit.ts';
import type { Occupant } from '../job/reconcile.ts';
import type { SignalName } from '../job/signal.ts';
import type { Clock } from './clock.ts';
import { type EndOptions, GroupEnd } from './group-end.ts';
import type { FoundProcess, Host, HostedProcess, Legacy } from './host.ts';
import { type InstanceIdentity, type InstanceNote, type InstanceState, JUST_STARTED } from './instance-note.ts';
import type { Keeping } from './keeping.ts';
import { type Launch, type LaunchContext, launchFailure, prepareLaunch, RUN_MARK } from './launch.ts';
import { isGroupMarked, sendSignal } from './process-table.ts';
import type { ChildStream } from './streams.ts';

/** What an instance needs of its supervisor. */
export interface InstanceRig {
  readonly host: Host;
  readonly clock: Clock;
  readonly keeping: Keeping;
  readonly runId: string;
  readonly osEnv: Readonly<Record<string, string>>;
}

type Phase =
  /** It waits for its turn to be started. */
  | { readonly kind: 'waiting' }
  /** Its host starts it. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly osPid: number }
  /** Somebody asked it to end. */
  | { readonly kind: 'ending'; readonly osPid: number; readonly end: GroupEnd }
  /** It has ended; others of its group may go on until `end` is done. */
  | { readonly kind: 'exited'; readonly osPid: number; readonly end: GroupEnd | undefined }
  /** Nobody is left of it. */
  | { readonly kind: 'gone'; readonly osPid: number };

/** One process of a job, from before its start until nobody is left in its group. */
export class Instance implements Occupant {
  readonly identity: InstanceIdentity;
  readonly committed: boolean;
  /** Resolves when it was started, could not be, or was told to end before. */
  readonly started: Promise<void>;
  readonly #rig: InstanceRig;
  readonly #exitListeners: ((exit: ProcessExit) => void)[] = [];
  #streams: ReadonlyMap<string, ChildStream> = new Map();
  #phase: Phase = { kind: 'waiting' };
  #launch: Launch | undefined;
  /** What becomes of its slot, once somebody has asked it to end. */
  #fate: InstanceState['fate'];
  #startedAtMs = 0;
  #startedWallMs = 0;
  #endedAtMs: number | undefined;
  #killAtMs: number | undefined;
  #wasTold = false;
  #exitWasTold = false;
  #wasAdopted = false;
  /** It is to be killed as soon as it runs. */
  #isHurried = false;
  #isUnwanted = false;
  #sayStarted: () => void = () => undefined;

  constructor(identity: InstanceIdentity, rig: InstanceRig) {
    this.identity = identity;
    this.committed = identity.slot === 0;
    this.#rig = rig;
    this.started = new Promise((resolve) => {
      this.#sayStarted = resolve;
    });
  }

  /** A process that a predecessor of the supervisor has started. */
  static found({ id, note, state, process, exit }: FoundProcess, legacy: Legacy, rig: InstanceRig): Instance {
    const { launch, startedAtMs, startedWallMs, ...identity } = note as InstanceNote;
    const { fate, killAtMs, wasTold, hasExited } = (state as InstanceState | undefined) ?? JUST_STARTED;
    const instance = new Instance({ ...identity, pid: id }, rig);
    const { osPid = 0, streams } = process;
    instance.#wasAdopted = true;
    instance.#launch = launch;
    instance.#startedAtMs = startedAtMs;
    instance.#startedWallMs = startedWallMs;
    instance.#fate = fate;
    instance.#killAtMs = killAtMs;
    instance.#wasTold = wasTold;
    instance.#streams = streams;
    instance.#sayStarted();
    instance.#endedAtMs = exit?.atMs;
    instance.#exitWasTold = hasExited;
    if (exit !== undefined) {
      instance.#phase = isGroupMarked(osPid, `${RUN_MARK}=${rig.runId}`) ? { kind: 'exited', osPid, end: undefined } : { kind: 'gone', osPid };
    } else {
      instance.#phase = { kind: 'running', osPid };
      legacy.follow(id, { started: () => undefined, exited: (how, atMs) => instance.#exited(how, atMs) });
    }
    return instance;
  }

  get pid(): number {
    return this.identity.pid;
  }

  get slot(): number {
    return this.identity.slot;
  }

  /** The operating system's pid; 0 before the start and when it could not be executed. */
  get osPid(): number {
    return 'osPid' in this.#phase ? this.#phase.osPid : 0;
  }

  get kind(): Phase['kind'] {
    return this.#phase.kind;
  }

  /** Its state as reconcile sees it. */
  get state(): Occupant['state'] {
    return this.#fate ?? 'up';
  }

  get ref(): ProcessRef {
    return { pid: this.pid, osPid: this.osPid, slot: this.slot, committed: this.committed };
  }

  /** Milliseconds since its start, at its end those that it has lived. */
  get ageMs(): number {
    return (this.#endedAtMs ?? this.#rig.clock.now()) - this.#startedAtMs;
  }

  /** When it has ended, by the clock that only grows; undefined as long as it has not. */
  get endedAtMs(): number | undefined {
    return this.#endedAtMs;
  }

  /** A predecessor of the supervisor has started it. */
  get wasAdopted(): boolean {
    return this.#wasAdopted;
  }

  /** Its start was told. */
  get wasTold(): boolean {
    return this.#wasTold;
  }

  /** Its end was told. */
  get exitWasTold(): boolean {
    return this.#exitWasTold;
  }

  /** The port that it was given. */
  get port(): number | undefined {
    return this.#launch?.port;
  }

  /** What was executed, or is to be. */
  get launch(): Launch | undefined {
    return this.#launch;
  }

  /** When it was started, in milliseconds since the epoch. */
  get startedWallMs(): number {
    return this.#startedWallMs;
  }

  /** Its streams by label. */
  get streams(): ReadonlyMap<string, ChildStream> {
    return this.#streams;
  }

  /** The streams that it writes to, by label. */
  get outputs(): ReadonlyMap<string, ChildStream> {
    return new Map([...this.#streams].filter(([label]) => label !== 'stdin'));
  }

  /** Calls back when the process has ended and its output is read, or could not be started. */
  onExit(listener: (exit: ProcessExit) => void): void {
    this.#exitListeners.push(listener);
  }

  /** Works out what will be executed, so that it can be looked at before {@link start}. Answers why it can't be, if so. */
  prepare(): string | undefined {
    const { jobName, slot, settings, extraEnv } = this.identity;
    const context: LaunchContext = { jobName, slot, runId: this.#rig.runId, osEnv: this.#rig.osEnv, extraEnv };
    try {
      this.#launch = prepareLaunch(settings, context);
      return undefined;
    } catch (error) {
      return launchFailure(error);
    }
  }

  /** Starts the process. @param begun is called when it runs, or could not be executed */
  start(begun: () => void): void {
    this.#startedAtMs = this.#rig.clock.now();
    this.#startedWallMs = this.#rig.clock.wallTime();
    this.#phase = { kind: 'starting' };
    const problem = this.#launch === undefined ? this.prepare() : undefined;
    if (this.#launch === undefined) {
      this.#begun({ osPid: undefined, streams: new Map() }, begun);
      setImmediate(() => this.#exited({ kind: 'not_started', reason: problem ?? '', code: 126 }));
      return;
    }
    const { pid: id, ...identity } = this.identity;
    const { file, args, env, cwd, uid, gid, identity: user } = this.#launch;
    const note: InstanceNote = { ...identity, launch: this.#launch, startedAtMs: this.#startedAtMs, startedWallMs: this.#startedWallMs };
    this.#rig.host.start(
      { id, file, args, env, cwd, uid, gid, identity: user, pipes: identity.settings, note },
      { started: (process) => this.#begun(process, begun), exited: (exit, atMs) => this.#exited(exit, atMs) },
    );
  }

  #begun({ osPid = 0, streams }: HostedProcess, begun: () => void): void {
    this.#phase = { kind: 'running', osPid };
    this.#streams = streams;
    begun();
    this.#sayStarted();
  }

  /** Its start is told with what is being told. */
  told(): void {
    this.#wasTold = true;
    this.#keep();
  }

  #exited(exit: ProcessExit, atMs = this.#rig.clock.now()): void {
    const { osPid } = this;
    this.#endedAtMs = atMs;
    if (this.#phase.kind === 'ending') {
      this.#phase.end.leaderExited();
      this.#phase = { kind: 'exited', osPid, end: this.#phase.end };
    } else {
      this.#phase = sendSignal(-osPid, 0) ? { kind: 'exited', osPid, end: undefined } : { kind: 'gone', osPid };
    }
    this.tellExit(exit);
  }

  /** Tells that it has ended. */
  tellExit(exit: ProcessExit): void {
    this.#rig.keeping.together(() => {
      this.#exitWasTold = true;
      if (this.#phase.kind === 'gone') {
        this.#rig.host.gone(this.pid);
      }
      this.#keep();
      this.#streams.get('stdin')?.close();
      for (const listener of this.#exitListeners) {
        listener(exit);
      }
    });
  }

  /** Says what is to become of its slot, before it can be ended. */
  intend(fate: 'replaced' | 'leaving'): void {
    this.#fate = this.#fate === 'leaving' ? 'leaving' : fate;
    this.#keep();
  }

  /**
   * Ends the process and its group.
   * @param fate what becomes of its slot; `leaving` once said is not taken back
   * @returns resolves when nobody is left
   */
  async end(fate: 'replaced' | 'leaving', options: EndOptions): Promise<void> {
    this.intend(fate);
    if (this.#phase.kind === 'waiting') {
      this.#phase = { kind: 'gone', osPid: 0 };
      this.#sayStarted();
      return;
    }
    if (this.#phase.kind === 'starting') {
      await this.started;
    }
    const phase = this.#phase;
    switch (phase.kind) {
      case 'running':
        if (phase.osPid !== 0) {
          await this.#endGroup(phase.osPid, options, false);
        }
        return;
      case 'exited':
        await (phase.end === undefined ? this.#endGroup(phase.osPid, options, true) : this.#over(phase.end, phase.osPid));
        return;
      case 'ending':
        await this.#over(phase.end, phase.osPid);
    }
  }

  /** @param leaderGone whether the process itself has ended already */
  async #endGroup(osPid: number, options: EndOptions, leaderGone: boolean): Promise<void> {
    const { clock, keeping } = this.#rig;
    const graceMs = this.#isHurried ? 0 : options.graceMs;
    const wasAsked = this.#killAtMs !== undefined;
    const restMs = Math.min(graceMs, Math.max(0, (this.#killAtMs ?? Number.POSITIVE_INFINITY) - clock.now()));
    const end = new GroupEnd(osPid, { signal: options.signal, graceMs: restMs, wasAsked }, clock, leaderGone);
    this.#phase = leaderGone ? { kind: 'exited', osPid, end } : { kind: 'ending', osPid, end };
    keeping.afterwards(() => {
      end.begin();
      this.#killAtMs = clock.now() + restMs;
      this.#keep();
    });
    await this.#over(end, osPid);
  }

  async #over(end: GroupEnd, osPid: number): Promise<void> {
    if ((await end.done) && this.#phase.kind !== 'gone') {
      this.#gone(osPid);
    }
  }

  #gone(osPid: number): void {
    this.#phase = { kind: 'gone', osPid };
    this.#rig.host.gone(this.pid);
    this.#forgetIfOver();
  }

  /** It gets no successor after all. */
  release(): void {
    this.#fate = 'leaving';
    this.#keep();
  }

  /** Kills the group now, if it is being ended. */
  kill(): void {
    if (this.#phase.kind === 'starting') {
      this.#isHurried = true;
    } else if (this.#phase.kind === 'ending' || this.#phase.kind === 'exited') {
      this.#phase.end?.kill();
    }
  }

  /** Nobody asks for what it has written any more: when it has ended it can be forgotten. */
  drop(): void {
    this.#isUnwanted = true;
    this.#forgetIfOver();
  }

  #forgetIfOver(): void {
    if (this.#isUnwanted && this.#phase.kind === 'gone' && this.#startedAtMs !== 0) {
      this.#rig.keeping.forget(this.pid);
    }
  }

  /** Of what was never started, and of what is gone, nobody has to know. */
  #keep(): void {
    if (this.#phase.kind === 'waiting' || (this.#phase.kind === 'gone' && this.#isUnwanted)) {
      return;
    }
    const state: InstanceState = { wasTold: this.#wasTold, fate: this.#fate, killAtMs: this.#killAtMs, hasExited: this.#exitWasTold };
    this.#rig.keeping.process(this.pid, state);
  }

  /** Sends a signal to the process; false when it has ended. */
  signal(signal: SignalName): boolean {
    return (this.#phase.kind === 'running' || this.#phase.kind === 'ending') && sendSignal(this.#phase.osPid, signal);
  }
}
