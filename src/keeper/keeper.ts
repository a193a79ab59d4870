import { GafferError, messageOf } from '../errors.ts';
import type { ChildRecord } from '../supervisor/child-record.ts';
import type { Clock } from '../supervisor/clock.ts';
import { plainEnvironment } from '../supervisor/environment.ts';
import type { StartRequest } from '../supervisor/host.ts';
import { LocalHost } from '../supervisor/local-host.ts';
import { Admission } from './admission.ts';
import { Book } from './book.ts';
import { Children } from './children.ts';
import { Feed } from './feed.ts';
import type { OutputPlace } from './frame.ts';
import { HeldOutput } from './held-output.ts';
import { OutputLog } from './output-log.ts';
import type { Answer, Hello, News, Operation } from './protocol.ts';
import { type Connections, Visit } from './visit.ts';

/** What a keeper is given. */
export interface KeeperOptions {
  /** Its private folder: pipes are made there. */
  readonly folder: string;
  readonly runId: string;
  readonly clock: Clock;
  readonly record: ChildRecord;
  /** Whether a gafferd could find it. */
  readonly canBeFound: () => boolean;
  /** It could not do something that it should have done: this is a bug. */
  readonly failed: (error: unknown) => void;
  /** Nobody needs it any more. */
  readonly end: () => void;
}

/** How long a gafferd that has nothing left waits for pipes that somebody still holds. */
const FINISH_MS = 1000;

/** How long children have to end when the keeper itself was told to. */
const GRACE_MS = 10_000;

/**
 * Is the parent of gafferd's children in its place, so that a gafferd can be killed and followed by another one: it holds their
 * pipes, asks for their exit codes, and keeps what gafferd has noted. It decides nothing.
 */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #book = new Book();
  readonly #held = new HeldOutput();
  readonly #log: OutputLog;
  readonly #feed: Feed;
  readonly #host: LocalHost;
  readonly #children: Children;
  #environment: Readonly<Record<string, string>> = plainEnvironment({});
  readonly #admission: Admission;
  /** No gafferd is expected: what is written is not kept for one, and without children there is nothing to do. */
  #isLeft = false;
  /** The gafferd that is there has nothing left, and waits for the end. */
  #isFinishing = false;
  /** It was told to end. */
  #isStopping = false;

  constructor(options: KeeperOptions) {
    const { clock, record, folder } = options;
    this.#options = options;
    this.#admission = new Admission(clock);
    this.#log = new OutputLog(undefined, (frames) => this.#held.dropped(frames, clock.now()));
    this.#feed = new Feed({ clock, log: this.#log, level: (isTooMuch) => this.#children.stopReading(isTooMuch) });
    this.#host = new LocalHost({ clock, record, folder });
    this.#children = new Children({
      clock,
      host: this.#host,
      output: (place, bytes) => this.#output(place, bytes),
      news: (news) => this.#news(news),
      changed: () => this.#endIfLeft(),
    });
  }

  /** A gafferd is there. */
  get isVisited(): boolean {
    return this.#admission.visit !== undefined;
  }

  /** Nobody has ever told it anything. */
  get isUnused(): boolean {
    return this.#book.isEmpty && this.#children.all.length === 0;
  }

  /** A gafferd has come; it is let in as soon as what its predecessor has said is carried out. */
  async receive({ visit: name, waitMs }: Hello, connections: Connections): Promise<void> {
    const visit = new Visit(connections, {
      operations: (operations) => {
        for (const operation of operations) {
          this.#carryOut(operation, visit);
        }
      },
      failed: this.#options.failed,
      over: () => this.#over(visit),
    });
    if (this.#isStopping) {
      visit.end();
      return;
    }
    if (!(await this.#admission.admit(visit, waitMs))) {
      visit.answer([{ kind: 'busy' }]);
      visit.end();
      return;
    }
    await this.#children.settled();
    this.#welcome(name, visit);
  }

  #welcome(name: string, visit: Visit): void {
    if (visit.isOver) {
      return;
    }
    this.#isLeft = false;
    this.#isFinishing = false;
    const described = this.#children.all.map((child) => child.describe());
    const answers: Answer[] = [
      { kind: 'welcome', runId: this.#options.runId },
      { kind: 'events', bytes: Buffer.from(this.#book.eventsText) },
      { kind: 'notes', bytes: Buffer.from(this.#book.notesText) },
      { kind: 'processes', bytes: Buffer.from(`[${described.map(({ text }) => text).join(',')}]`) },
      { kind: 'tails', bytes: Buffer.concat(described.flatMap(({ tails }) => tails)) },
    ];
    visit.answer(answers);
    visit.news.write(this.#held.frames);
    this.#news({ kind: 'live', visit: name });
    this.#feed.attach(visit.news);
  }

  #over(visit: Visit): void {
    if (this.#admission.over(visit)) {
      this.#feed.detach();
      this.#children.resumeAll();
      this.#held.resumeAll(this.#options.clock.now());
      this.look();
    }
  }

  /** Looks whether anybody can still come. */
  look(): void {
    if (!this.isVisited && !this.#isStopping && !this.#options.canBeFound()) {
      void this.stop(); // the next gafferd would start them a second time
      return;
    }
    this.#endIfLeft();
  }

  #leave(): void {
    this.#isLeft = true;
    this.#log.clear();
    this.#held.clear();
    this.#feed.changed();
  }

  #endIfLeft(): void {
    if (this.#isLeft && (this.#isFinishing || !this.isVisited) && this.#children.areOver) {
      this.#close();
    }
  }

  /** Ends the children and itself. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#leave();
    await this.#children.settled();
    await this.#children.end({ signal: 'SIGTERM', graceMs: GRACE_MS });
    this.#close();
  }

  #close(): void {
    this.#isStopping = true;
    void this.#host.close().then(() => this.#options.end());
  }

  #output(place: OutputPlace, bytes: Uint8Array): void {
    if (!this.#isLeft) {
      this.#log.addOutput(place, bytes);
      this.#feed.outputAdded();
    }
  }

  /** Who is not there is told later how things are. */
  #news(news: News): void {
    if (this.isVisited && !this.#isLeft) {
      this.#log.addMessage(Buffer.from(JSON.stringify(news)));
      this.#feed.changed();
    }
  }

  #carryOut(operation: Operation, visit: Visit): void {
    switch (operation.op) {
      case 'event':
        this.#book.addEvent(textOf(operation.bytes));
        return;
      case 'note':
        this.#book.note(operation.name, operation.bytes && textOf(operation.bytes));
        return;
      case 'process': {
        const child = this.#children.child(operation.id);
        if (child !== undefined) {
          child.state = textOf(operation.bytes);
        }
        return;
      }
      case 'forget':
        for (const { number } of this.#children.child(operation.id)?.streams ?? []) {
          this.#held.forget(number);
        }
        this.#children.forget(operation.id);
        return;
      case 'gone':
        this.#host.gone(operation.id);
        return;
      case 'environment':
        this.#environment = plainEnvironment(JSON.parse(textOf(operation.bytes)) as Record<string, string>);
        return;
      case 'start': {
        const request = JSON.parse(textOf(operation.bytes)) as StartRequest;
        const env = Object.create(operation.onEnvironment ? this.#environment : null) as Record<string, string>;
        this.#children.start({ ...request, env: Object.assign(env, request.env) }, operation.note);
        return;
      }
      case 'prepare':
        void this.#host.prepare(operation.outputs);
        return;
      case 'write':
        this.#feed.expectAnswer();
        void this.#write(operation, visit);
        return;
      case 'end':
      case 'close':
        this.#children.stream(operation.stream)?.stream[operation.op]();
        return;
      case 'hold':
        this.#children.stream(operation.stream)?.hold();
        this.#held.hold(operation.stream);
        return;
      case 'resume':
        this.#children.stream(operation.stream)?.resume();
        this.#held.resume(operation.stream, this.#options.clock.now());
        return;
      case 'leave':
        this.#leave();
        return;
      case 'finish':
        this.#leave();
        this.#isFinishing = true;
        this.#children.resumeAll(); // what gafferd has not read is in the way of the end
        this.#options.clock.after(FINISH_MS, () => visit.end());
        this.#endIfLeft(); // gafferd sees that at its connection: by then nothing is left
    }
  }

  async #write({ stream, answer, bytes }: Operation & { readonly op: 'write' }, visit: Visit): Promise<void> {
    const problem = await this.#children
      .stream(stream)
      ?.stream.write(bytes)
      .then(
        () => undefined,
        (error: unknown) => ({ code: error instanceof GafferError ? error.code : ('write_failed' as const), message: messageOf(error) }),
      );
    const gone = { code: 'write_failed', message: 'nothing more can be written: the process has ended, or closed the stream' } as const;
    if (this.#admission.visit === visit) {
      this.#news({ kind: 'written', answer, problem: this.#children.stream(stream) === undefined ? (problem ?? gone) : problem });
    }
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
}
