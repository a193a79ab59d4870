import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { systemCode } from '../errors.ts';
import { type JobConfig, LAST_PRIORITY, settingsOf } from '../job/config.ts';
import { type SignalName, signalNumber } from '../job/signal.ts';
import { colorEnvironment } from '../output/color.ts';
import { Display, type DisplayOptions } from '../output/display.ts';
import { LineMemory } from '../output/line-memory.ts';
import { type DescriptorStream, sinkFor } from '../output/sink.ts';
import { endLeftovers } from '../runtime/leftovers.ts';
import type { RunFolder } from '../runtime/run-folder.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import { Guard } from './guard.ts';
import type { InputGoal } from './input-goal.ts';
import { InputPassage } from './input-passage.ts';
import { Outcome } from './outcome.ts';
import { socketOf } from './session-address.ts';
import { claimSession } from './session-folder.ts';
import { SessionServer } from './session-server.ts';

/** What `gaffer start` runs, and how it shows it. */
export interface StartOptions {
  /** The project's folder, absolute. */
  readonly root: string;
  readonly app: string;
  /** The product's. */
  readonly version: string;
  readonly jobs: readonly JobConfig[];
  readonly display: DisplayOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: DescriptorStream;
  readonly stderr: NodeJS.WritableStream;
  /** What is passed on to the stdin of a process; without it nothing is read. */
  readonly input?: { readonly goal: InputGoal; readonly stream: Readable } | undefined;
  /** Is called when every job is started. */
  readonly onStarted?: () => void;
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** A signal again within this time is the same one, sent on by a parent like npm. */
const ECHO_MS = 50;

/** How long what was left behind may take to end before it is killed. */
const LEFTOVER_MS = 1000;

/** How long output may rest after the last process is gone, before its pipes are let go of. */
const QUIET_MS = 100;

type Ending =
  | { readonly kind: 'none' }
  | { readonly kind: 'jobs' }
  | { readonly kind: 'signal'; readonly signal: SignalName; readonly atMs: number; readonly again: boolean }
  | { readonly kind: 'broken'; readonly error: Error };

/** One `gaffer start`: the project's jobs under a supervisor in this process, until they or the user end it. */
export class StartSession {
  readonly #options: StartOptions;
  readonly #folder: RunFolder;
  readonly #supervisor: Supervisor;
  readonly #guard: Guard;
  readonly #server: SessionServer;
  readonly #display: Display;
  readonly #outcome: Outcome;
  #input: InputPassage | undefined;
  #ending: Ending = { kind: 'none' };
  #ended: () => void = () => undefined;
  #sayLoaded: () => void = () => undefined;
  /** Resolves when the jobs are loaded. */
  readonly #loaded = new Promise<void>((resolve) => {
    this.#sayLoaded = resolve;
  });
  #hurry: () => void = () => undefined;
  /** Resolves when the user has asked twice. */
  readonly #impatience = new Promise<void>((resolve) => {
    this.#hurry = resolve;
  });

  /** Runs a session; resolves with the exit code when nothing is left of it. */
  static async run(options: StartOptions): Promise<number> {
    let hear: (signal: NodeJS.Signals) => void = () => undefined;
    // from before the claim until the process ends: a signal in between would leave the claim behind, or change the code
    for (const signal of STOP_SIGNALS) {
      process.on(signal, () => hear(signal));
    }
    const session = new StartSession(options);
    hear = (signal) => session.#signal(signal);
    return await session.#run();
  }

  private constructor(options: StartOptions) {
    this.#options = options;
    const runId = randomUUID();
    this.#folder = claimSession(options, runId, options.env);
    const memory = new LineMemory();
    const warn = (line: string): void => {
      options.stderr.write(`gaffer: ${line}\n`);
    };
    this.#display = new Display(options.display, {
      memory,
      sink: sinkFor(options.stdout, {
        onNoSpace: (error) => warn(`output waits for room: ${error.message}`),
        isPatient: () => this.#ending.kind !== 'signal',
      }),
      isTerminal: options.stdout.isTTY,
      warn,
      onBroken: (error) => {
        if (!isReaderGone(error)) {
          warn(`the last output is lost: ${error.message}`);
        }
        this.#end({ kind: 'broken', error });
      },
    });
    this.#supervisor = new Supervisor({
      runId,
      folder: this.#folder.runFolder,
      record: this.#folder.ledger,
      readBuffer: memory.input,
      osEnv: options.display.color ? { ...options.env, ...colorEnvironment(options.env) } : options.env,
    });
    this.#guard = new Guard(this.#folder.folder, runId);
    const { version } = options;
    this.#server = new SessionServer({
      node: this.#supervisor,
      lookAt: (osPid) => this.#supervisor.lookAt(osPid),
      socket: socketOf(this.#folder.folder, runId),
      version,
      ready: this.#loaded,
      warn,
    });
    const settings = options.jobs.map(settingsOf);
    this.#outcome = new Outcome(
      new Map(settings.map((job) => [job.name, job.stopSignal])),
      new Set(settings.filter((job) => job.onExit === 'stop').map((job) => job.name)),
    );
  }

  async #run(): Promise<number> {
    const ended = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    this.#guard.start();
    this.#server.listen();
    try {
      const pipes = this.#supervisor.prepare(this.#options.jobs.reduce((sum, job) => sum + (job.numprocesses ?? 1), 0));
      const left = await this.#folder.endLeftovers({ graceMs: LEFTOVER_MS });
      if (left > 0) {
        this.#display.say(`ended what a killed gaffer start had left here: ${countOf(left)}`);
      }
      await pipes;
      await Promise.race([ended, this.#load().then(() => ended)]);
      await this.#stop();
    } finally {
      this.#sayLoaded();
      await this.#server.close();
      await this.#guard.stop();
      this.#folder.close();
    }
    return this.#exitCode();
  }

  async #load(): Promise<void> {
    for (const job of this.#options.jobs) {
      this.#display.reserve(job.name, job.numprocesses ?? 1);
    }
    this.#supervisor.onEvent((event) => this.#outcome.read(event));
    this.#supervisor.onIdle(() => this.#endIfFinished());
    this.#display.attach(this.#supervisor);
    this.#passInput();
    const order = [...this.#options.jobs].sort((a, b) => (a.priority ?? LAST_PRIORITY) - (b.priority ?? LAST_PRIORITY));
    const loading = order.map((job) => this.#supervisor.load(this.#options.app, job));
    this.#sayLoaded();
    await Promise.all(loading);
    if (this.#supervisor.isIdle) {
      this.#end({ kind: 'jobs' });
    } else {
      this.#options.onStarted?.();
    }
  }

  #passInput(): void {
    const { input, app: session } = this.#options;
    if (input !== undefined) {
      this.#input = new InputPassage({ node: this.#supervisor, session, goal: input.goal, input: input.stream });
    }
  }

  /** What was stopped from outside can be started again: a session whose jobs rest goes on. */
  #endIfFinished(): void {
    if (this.#supervisor.isFinished || this.#outcome.isDecided) {
      this.#end({ kind: 'jobs' });
    }
  }

  #end(ending: Ending): void {
    if (this.#ending.kind === 'none') {
      this.#ending = ending;
      this.#ended();
    }
  }

  #signal(signal: NodeJS.Signals): void {
    const now = performance.now();
    if (this.#ending.kind !== 'signal') {
      const ending = { kind: 'signal', signal, atMs: now, again: false } as const;
      if (this.#ending.kind === 'none') {
        void this.#sayStopping(signal);
        this.#end(ending);
      } else {
        this.#ending = ending;
        this.#supervisor.killAll();
      }
      return;
    }
    if (now - this.#ending.atMs > ECHO_MS) {
      if (!this.#ending.again) {
        this.#display.say(`${signal} again: killing what is left`);
      }
      this.#ending = { ...this.#ending, again: true };
      this.#hurry();
      this.#supervisor.killAll();
    }
  }

  async #sayStopping(signal: NodeJS.Signals): Promise<void> {
    const { length } = await this.#supervisor.pids();
    if (signal === 'SIGINT') {
      this.#display.overwriteTyped();
    }
    const hint = signal === 'SIGINT' ? ' (Ctrl-C again kills)' : '';
    this.#display.say(`${signal}: stopping ${countOf(length)}${hint}`);
  }

  async #stop(): Promise<void> {
    this.#input?.close();
    await this.#supervisor.stopAll();
    // what has left its process group carries the run's mark all the same
    await endLeftovers({ runId: this.#supervisor.runId, ledger: [], graceMs: LEFTOVER_MS });
    if (this.#ending.kind !== 'broken') {
      await this.#readToEnd();
      for (const { job, text } of this.#outcome.summary) {
        this.#display.say(text, job);
      }
    }
    await Promise.race([this.#display.finish(), this.#impatience]);
    this.#supervisor.close();
  }

  /** Waits for what is still in the pipes, as long as a slow reader takes; a pipe that others hold open is let go of. */
  async #readToEnd(): Promise<void> {
    let quietSince = performance.now();
    while (this.#display.openStreams.length > 0 && !this.#isImpatient()) {
      if (this.#display.isFull) {
        quietSince = performance.now();
      } else if (performance.now() - quietSince > QUIET_MS) {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  #isImpatient(): boolean {
    return this.#ending.kind === 'signal' && this.#ending.again;
  }

  #exitCode(): number {
    switch (this.#ending.kind) {
      case 'signal':
        return 128 + signalNumber(this.#ending.signal);
      case 'broken':
        return exitCodeOfBroken(systemCode(this.#ending.error));
      case 'jobs':
      case 'none':
        return this.#outcome.exitCode;
    }
  }
}

/** The other end of the pipe is closed, or the terminal. */
function isReaderGone(error: Error): boolean {
  return ['EPIPE', 'EIO'].includes(systemCode(error) ?? '');
}

/** Nobody reads any more: that is no failure. A terminal that is gone is a hang-up. */
function exitCodeOfBroken(code: string | undefined): number {
  return code === 'EPIPE' ? 0 : code === 'EIO' ? 128 + signalNumber('SIGHUP') : 1;
}

function countOf(processes: number): string {
  return processes === 1 ? '1 process' : `${processes} processes`;
}
