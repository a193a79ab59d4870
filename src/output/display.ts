import type { GafferEvent } from '../job/event.ts';
import { parseJobName } from '../job/name.ts';
import type { OutputStart, Unsubscribe } from '../job/node.ts';
import type { ChildOutput } from './child-output.ts';
import { Console } from './console.ts';
import { eventText, isTrouble } from './event-text.ts';
import { LineFormat, type TimestampStyle } from './line-format.ts';
import type { LineMemory } from './line-memory.ts';
import { Palette } from './palette.ts';
import type { Sink } from './sink.ts';

/** What is shown: a supervisor, for example. */
export interface DisplaySource {
  onEvent(listener: (event: GafferEvent) => void): Unsubscribe;
  onOutput(listener: (start: OutputStart) => void): Unsubscribe;
}

/** How a session's output looks. */
export interface DisplayOptions {
  readonly timestamp: TimestampStyle;
  readonly color: boolean;
  readonly align: boolean;
  readonly raw: boolean;
  /** Leave out gaffer's own lines, but for trouble. */
  readonly quietEvents: boolean;
  /** Names carry the session. Default false. */
  readonly fullNames?: boolean;
  /** What is said of an event, where that is not {@link eventText}'s to decide. */
  readonly describe?: (event: GafferEvent) => string | undefined;
  /** Milliseconds since the epoch, for the time before a line. Default: the machine's clock. */
  readonly now?: () => number;
}

/** What of a source is shown, and where it stands. */
export interface SourceOptions {
  /** Whether what processes write is shown. Default true. */
  readonly output?: boolean;
  /** What stands before the names of its jobs, where they are of several nodes. */
  readonly place?: string | undefined;
}

/** Where a session's output goes. */
export interface DisplayTarget {
  readonly sink: Sink;
  readonly isTerminal: boolean;
  readonly memory: LineMemory;
  /** Says a line apart from the output; used where output has no place for it. */
  warn(line: string): void;
  /** Nobody reads any more. */
  onBroken(error: Error): void;
}

const OWN_NAME = 'gaffer';

/** Shows a session: the output of its processes and what happens to them. */
export class Display {
  readonly #options: DisplayOptions;
  readonly #target: DisplayTarget;
  readonly #console: Console;
  readonly #format: LineFormat;
  /** How many instances of a job are wanted: with more than one, names carry the slot. */
  readonly #targets = new Map<string, number>();
  readonly #streams = new Map<OutputStart, { readonly output: ChildOutput; release: Unsubscribe | undefined }>();

  constructor(options: DisplayOptions, target: DisplayTarget) {
    this.#options = options;
    this.#target = target;
    const { timestamp, align, raw, color, now = Date.now } = options;
    this.#format = new LineFormat({ timestamp, align, raw, palette: new Palette(color), now });
    this.#console = new Console({
      sink: target.sink,
      memory: target.memory,
      format: this.#format,
      isTerminal: target.isTerminal,
      onFull: () => this.#holdAll(),
      onRoom: () => this.#releaseAll(),
      onBroken: (error) => target.onBroken(error),
      onSplit: (job) => this.#own(job, 'a line of more than 16 MiB was split'),
    });
  }

  /** Shows what happens from now on. */
  attach(source: DisplaySource, { output = true, place }: SourceOptions = {}): void {
    source.onEvent((event) => this.#event(event, place));
    if (output) {
      source.onOutput((start) => this.#output(start, place));
    }
  }

  /** Makes room for a job's name before its first line. */
  reserve(name: string, count: number, place?: string): void {
    const job = withPlace(name, place);
    this.#targets.set(job, count);
    this.#format.reserve(count > 1 ? `${job}.${count}` : job);
  }

  /** Says something about the session as a whole, or about a job. */
  say(text: string, job = OWN_NAME): void {
    this.#own(job, text);
  }

  /** The next line is written over what the terminal shows of a typed key. */
  overwriteTyped(): void {
    this.#console.overwrite();
  }

  /** Outputs whose end has not been read. */
  get openStreams(): readonly OutputStart[] {
    return [...this.#streams.keys()];
  }

  /** Whether output waits for whoever reads it. */
  get isFull(): boolean {
    return this.#console.isFull;
  }

  /** Brings out what is unfinished; resolves when everything is written. */
  async finish(): Promise<void> {
    for (const { output } of this.#streams.values()) {
      output.end();
    }
    this.#streams.clear();
    await this.#console.flush();
  }

  /** A line of gaffer's own; where output is raw it has no place there. */
  #own(name: string, text: string): void {
    if (this.#options.raw) {
      this.#target.warn(name === OWN_NAME ? text : `${name}: ${text}`);
    } else {
      this.#console.say(name, name, text);
    }
  }

  #event(event: GafferEvent, place: string | undefined): void {
    const job = withPlace(this.#jobName(event.name), place);
    if (event.type === 'start' || event.type === 'update') {
      this.reserve(job, event.target);
    }
    const trouble = isTrouble(event);
    const { quietEvents, raw, describe = eventText } = this.#options;
    const text = trouble || !(quietEvents || raw) ? describe(event) : undefined;
    if (text === undefined) {
      return;
    }
    const slot = 'process' in event ? event.process?.slot : event.type === 'port_taken' ? event.slot : undefined;
    const name = slot === undefined ? job : this.#name(job, slot);
    if (this.#options.raw) {
      this.#target.warn(`${name}: ${text}`);
    } else {
      this.#console.say(job, name, text);
    }
  }

  #output(start: OutputStart, place: string | undefined): void {
    const job = withPlace(this.#jobName(start.jobName), place);
    const output = this.#console.output(job, () => this.#name(job, start.slot));
    this.#streams.set(start, { output, release: this.#console.isFull ? start.stream.hold() : undefined });
    start.stream.onData((chunk) => output.push(chunk as Buffer));
    start.stream.onEnd(() => {
      if (this.#streams.delete(start)) {
        output.end();
      }
    });
  }

  #jobName(fullName: string): string {
    return this.#options.fullNames === true ? fullName : parseJobName(fullName).job;
  }

  #name(job: string, slot: number): string {
    return slot > 1 || (this.#targets.get(job) ?? 1) > 1 ? `${job}.${slot}` : job;
  }

  #holdAll(): void {
    for (const [start, entry] of this.#streams) {
      entry.release ??= start.stream.hold();
    }
  }

  #releaseAll(): void {
    for (const entry of this.#streams.values()) {
      entry.release?.();
      entry.release = undefined;
    }
  }
}

function withPlace(job: string, place: string | undefined): string {
  return place === undefined ? job : `${place} ${job}`;
}
