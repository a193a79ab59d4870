import type { GafferEvent } from '../job/event.ts';
import { describeExit, endedWell, type ProcessExit, shellExitCode } from '../job/exit.ts';
import { parseJobName } from '../job/name.ts';
import { type SignalName, signalNumber } from '../job/signal.ts';
import { formatDuration } from '../output/event-text.ts';

interface Ending {
  readonly job: string;
  readonly exit: ProcessExit;
  readonly requested: boolean;
  readonly ranMs: number;
}

/** Keeps account of how the jobs of a session end: for its exit code, and for the words at its end. */
export class Outcome {
  /** The last end in each slot of each job. */
  readonly #endings = new Map<string, Ending>();
  readonly #givenUp = new Set<string>();
  readonly #stopSignals: ReadonlyMap<string, SignalName>;
  readonly #endsSession: ReadonlySet<string>;
  #first: ProcessExit | undefined;

  /**
   * @param stopSignals how each job is asked to stop
   * @param endsSession the jobs whose first exit ends the session
   */
  constructor(stopSignals: ReadonlyMap<string, SignalName>, endsSession: ReadonlySet<string>) {
    this.#stopSignals = stopSignals;
    this.#endsSession = endsSession;
  }

  /** Takes note of an event. */
  read(event: GafferEvent): void {
    const job = parseJobName(event.name).job;
    if (event.type === 'give_up') {
      this.#givenUp.add(job);
    } else if (event.type === 'start') {
      this.#givenUp.delete(job);
    } else if (event.type === 'exit' && !event.process.committed) {
      const { exit, requested, ranMs } = event;
      this.#endings.set(`${job}.${event.process.slot}`, { job, exit, requested, ranMs });
      if (!requested && this.#endsSession.has(job)) {
        this.#first ??= exit;
      }
    }
  }

  /** Whether a job has ended whose first exit ends the session. */
  get isDecided(): boolean {
    return this.#first !== undefined;
  }

  /** The exit code when nobody has asked the session to end. */
  get exitCode(): number {
    if (this.#first !== undefined) {
      return shellExitCode(this.#first);
    }
    return this.#bad().length > 0 ? 1 : 0;
  }

  /** A line for each job that did not end well. */
  get summary(): readonly { readonly job: string; readonly text: string }[] {
    return this.#bad().map(({ job, exit, requested, ranMs }) => {
      const how = exit.kind === 'not_started' ? `did not start: ${exit.reason}` : `ended with ${describeExit(exit)} after ${formatDuration(ranMs)}`;
      const forced = requested && exit.kind === 'signal' && exit.signal === 'SIGKILL' ? ', it had to be killed' : '';
      return { job, text: `${how}${forced}${this.#givenUp.has(job) ? ', given up' : ''}` };
    });
  }

  /** One ending of each job that did not end well. */
  #bad(): readonly Ending[] {
    const bad = new Map<string, Ending>();
    for (const ending of this.#endings.values()) {
      if (!bad.has(ending.job) && (this.#givenUp.has(ending.job) || !this.#isGood(ending))) {
        bad.set(ending.job, ending);
      }
    }
    return [...bad.values()];
  }

  /** Ended with 0, or as one does who is asked to stop. */
  #isGood({ job, exit, requested }: Ending): boolean {
    if (endedWell(exit)) {
      return true;
    }
    const signal = this.#stopSignals.get(job) ?? 'SIGTERM';
    return requested && ((exit.kind === 'signal' && exit.signal === signal) || (exit.kind === 'code' && exit.code === 128 + signalNumber(signal)));
  }
}
