import type { ProcessRef } from '../job/event.ts';
import type { ProcessExit } from '../job/exit.ts';
import type { Occupant } from '../job/reconcile.ts';
import type { SignalName } from '../job/signal.ts';
import { type EndOptions, GroupEnd } from './group-end.ts';
import type { HostedProcess, Legacy } from './host.ts';
import type { InstanceIdentity, InstanceNote } from './instance-note.ts';
import type { InstancePast } from './instance-past.ts';
import type { InstancePhase } from './instance-phase.ts';
import { InstanceRecord } from './instance-record.ts';
import type { InstanceRig } from './instance-rig.ts';
import { type Launch, type LaunchContext, launchFailure, prepareLaunch } from './launch.ts';
import { sendSignal } from './process-table.ts';
import type { ChildStream } from './streams.ts';

/** One process of a job, from before its start until nobody is left in its group. */
export class Instance implements Occupant {
  readonly identity: InstanceIdentity;
  readonly committed: boolean;
  /** Resolves when it was started, could not be, or was told to end before. */
  readonly started: Promise<void>;
  readonly #rig: InstanceRig;
  readonly #record: InstanceRecord;
  readonly #exitListeners: ((exit: ProcessExit) => void)[] = [];
  /** A predecessor of the supervisor has started it. */
  readonly wasAdopted: boolean;
  #streams: ReadonlyMap<string, ChildStream>;
  #phase: InstancePhase;
  #launch: Launch | undefined;
  #startedAtMs: number;
  #startedWallMs: number;
  #endedAtMs: number | undefined;
  /** It is to be killed as soon as it runs. */
  #isHurried = false;
  #isUnwanted = false;
  #sayStarted: () => void = () => undefined;

  /** @param past of one that a predecessor of the supervisor has started */
  constructor(identity: InstanceIdentity, rig: InstanceRig, past?: InstancePast) {
    const {
      launch,
      startedAtMs = 0,
      startedWallMs = 0,
      endedAtMs,
      streams = new Map<string, never>(),
      phase = { kind: 'waiting' },
      state,
    } = past ?? {};
    this.identity = identity;
    this.committed = identity.slot === 0;
    this.wasAdopted = past !== undefined;
    this.started = new Promise((resolve) => {
      this.#sayStarted = resolve;
    });
    this.#rig = rig;
    this.#record = new InstanceRecord(identity.pid, rig.keeping, state);
    this.#launch = launch;
    this.#startedAtMs = startedAtMs;
    this.#startedWallMs = startedWallMs;
    this.#endedAtMs = endedAtMs;
    this.#streams = streams;
    this.#phase = phase;
    if (past !== undefined) {
      this.#record.begin();
      this.#sayStarted();
    }
  }

  /** Wants to know of its end, if it has not ended yet. */
  follow(legacy: Legacy): void {
    if (this.#phase.kind === 'running') {
      legacy.follow(this.pid, { started: () => undefined, exited: (exit, atMs) => this.#exited(exit, atMs) });
    }
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

  get kind(): InstancePhase['kind'] {
    return this.#phase.kind;
  }

  /** Its state as reconcile sees it. */
  get state(): Occupant['state'] {
    return this.#record.fate ?? 'up';
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

  /** Its start was told. */
  get wasTold(): boolean {
    return this.#record.wasTold;
  }

  /** Its end was told. */
  get exitWasTold(): boolean {
    return this.#record.hasExited;
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
    this.#record.begin();
    const problem = this.#launch === undefined ? this.prepare() : undefined;
    if (this.#launch === undefined) {
      this.#begun({ osPid: undefined, streams: new Map() }, begun);
      setImmediate(() => this.#exited({ kind: 'not_started', reason: problem ?? '', code: 126 }));
      return;
    }
    const { pid: id, ...identity } = this.identity;
    const { cmd: _, cmdArgs: __, port: ___, identity: user, ...executed } = this.#launch;
    const { input, outputs, customStreams, customChannels } = identity.settings;
    const note: InstanceNote = { ...identity, launch: this.#launch, startedAtMs: this.#startedAtMs, startedWallMs: this.#startedWallMs };
    this.#rig.host.start(
      { id, ...executed, identity: user, pipes: { input, outputs, customStreams, customChannels }, note },
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
    this.#record.change({ wasTold: true });
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
      if (this.#phase.kind === 'gone') {
        this.#rig.host.gone(this.pid);
      }
      this.#record.change({ hasExited: true });
      this.#streams.get('stdin')?.close();
      for (const listener of this.#exitListeners) {
        listener(exit);
      }
    });
  }

  /** Says what is to become of its slot, before it can be ended. */
  intend(fate: 'replaced' | 'leaving'): void {
    this.#record.intend(fate);
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
    if ('end' in phase && phase.end !== undefined) {
      await this.#over(phase.end, phase.osPid);
    } else if (phase.kind === 'exited' || (phase.kind === 'running' && phase.osPid !== 0)) {
      await this.#endGroup(phase.osPid, options, phase.kind === 'exited');
    }
  }

  /** @param leaderGone whether the process itself has ended already */
  async #endGroup(osPid: number, options: EndOptions, leaderGone: boolean): Promise<void> {
    const { clock, keeping } = this.#rig;
    const graceMs = this.#isHurried ? 0 : options.graceMs;
    const { killAtMs } = this.#record;
    const restMs = killAtMs === undefined ? graceMs : Math.min(graceMs, Math.max(0, killAtMs - clock.now()));
    const end = new GroupEnd(osPid, { signal: options.signal, graceMs: restMs, wasAsked: killAtMs !== undefined }, clock, leaderGone);
    this.#phase = leaderGone ? { kind: 'exited', osPid, end } : { kind: 'ending', osPid, end };
    keeping.afterwards(() => {
      end.begin();
      this.#record.change({ killAtMs: clock.now() + restMs });
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
    this.#record.intend('leaving');
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
    if (this.#isUnwanted && this.#phase.kind === 'gone') {
      this.#record.forget();
    }
  }

  /** Sends a signal to the process; false when it has ended. */
  signal(signal: SignalName): boolean {
    return (this.#phase.kind === 'running' || this.#phase.kind === 'ending') && sendSignal(this.#phase.osPid, signal);
  }
}
