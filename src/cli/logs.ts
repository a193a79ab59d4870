import { GafferError, messageOf, systemCode } from '../errors.ts';
import type { LogEntry, LogSelection } from '../job/log.ts';
import { parseJobName } from '../job/name.ts';
import { wantsColor } from '../output/color.ts';
import { Display } from '../output/display.ts';
import { eventText } from '../output/event-text.ts';
import { LineMemory } from '../output/line-memory.ts';
import { sinkFor } from '../output/sink.ts';
import { logRecord } from '../protocol/log-record.ts';
import { complain } from './complain.ts';
import type { Connection } from './node-options.ts';
import { TargetFinder } from './target.ts';
import { LogSource } from './view/log-view.ts';

/** What is shown of a log, and how. */
export interface LogChoices {
  /** How many of the last lines; what follows them is shown as well if `follow` says so. */
  readonly lines: number;
  readonly follow: boolean;
  readonly json: boolean;
  readonly color: boolean | undefined;
}

/** Where the entries of a log go. */
interface LogWriter {
  /** Whether an entry is something to be seen there. */
  shows(entry: LogEntry): boolean;
  /** Writes an entry; a promise is to be waited for. */
  write(entry: LogEntry): void | Promise<void>;
  /** Resolves when everything is written. */
  finish(): Promise<void>;
}

/** What the word of the command line means; without one the whole application. @throws GafferError */
export async function selectionOf(connection: Connection, word: string | undefined): Promise<LogSelection> {
  const { app } = connection;
  const finder = new TargetFinder(connection);
  if (word === undefined || word === '.') {
    if ((await finder.jobs()).length === 0) {
      throw new GafferError('session_not_found', `'${app}' not loaded${await finder.appHint(app)}`);
    }
    return { session: app };
  }
  const target = await finder.find(word, ['process', 'job', 'app']);
  switch (target?.kind) {
    case undefined: {
      const kind = /^\d+$|\.\d+$/.test(word) ? 'process' : 'job';
      throw new GafferError('job_not_found', `${kind} '${word}' not found${await finder.hint(word)}`);
    }
    case 'job':
      return { job: target.job };
    case 'process':
      return { pid: target.pid };
    case 'app':
      return { session: target.session };
  }
}

/** Shows a log; resolves with the exit code. */
export async function showLog(connection: Connection, selection: LogSelection, choices: LogChoices): Promise<number> {
  const { node } = connection;
  const end = new Ending();
  const writer = choices.json ? jsonWriter(end) : await displayWriter(connection, selection, { ...choices, end });
  const recent = await recentEntries(connection, selection, { lines: choices.lines, writer });
  if (!choices.follow) {
    for (const entry of recent) {
      await writer.write(entry);
    }
    await Promise.race([writer.finish(), end.reached]);
    return end.code ?? 0;
  }
  const unfollow = await node.followLog(selection, recent.length, (entry) => {
    if (entry.kind === 'end') {
      complain(
        'gaffer',
        `${connection.local === undefined ? node.endpoint : 'the gaffer start of this folder'} has gone away: there is nothing more to follow`,
      );
      end.reach(1);
      return undefined;
    }
    const busy = writer.write(entry);
    if (entry.kind === 'event' && entry.event.type === 'exit' && selection.pid === entry.event.process.pid) {
      end.reach(0);
    }
    return busy;
  });
  await end.reached;
  unfollow();
  await end.hurried(writer.finish());
  return end.code ?? 0;
}

/** As many of the last entries as are needed for a number of lines: not everything that happens is shown. */
async function recentEntries(
  { node }: Connection,
  selection: LogSelection,
  { lines, writer }: { readonly lines: number; readonly writer: LogWriter },
): Promise<readonly LogEntry[]> {
  if (lines === 0) {
    return [];
  }
  for (let asked = 2 * lines + 20; ; asked *= 4) {
    const entries = await node.recentLog(selection, asked);
    const shown = entries.flatMap((entry, index) => (writer.shows(entry) ? [index] : []));
    if (shown.length >= lines || entries.length < asked) {
      return shown.length > lines ? entries.slice(shown.at(-lines)) : entries;
    }
  }
}

/** How following a log comes to its end. */
class Ending {
  readonly reached: Promise<void>;
  code: number | undefined;
  #resolve: () => void = () => undefined;
  #isBroken = false;

  constructor() {
    this.reached = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    process.once('SIGINT', () => this.reach(130));
    process.once('SIGTERM', () => this.reach(143));
    process.once('SIGHUP', () => this.reach(129));
  }

  /** The first one counts. */
  reach(code: number): void {
    this.code ??= code;
    this.#resolve();
  }

  /** Nothing can be written any more. */
  readonly broken = (error: Error): void => {
    const isReaderGone = ['EPIPE', 'EIO'].includes(systemCode(error) ?? '');
    if (!isReaderGone) {
      complain('gaffer', `cannot write to stdout: ${messageOf(error)}`);
    }
    this.#isBroken = true;
    this.reach(isReaderGone ? 0 : 1);
  };

  /** Waits for the last writes, but not for a reader who does not read. */
  async hurried(work: Promise<void>): Promise<void> {
    if (!this.#isBroken) {
      const timer = new Promise<void>((resolve) => setTimeout(resolve, this.code === 130 ? 200 : 5000).unref());
      await Promise.race([work, timer]);
    }
  }
}

function jsonWriter(end: Ending): LogWriter {
  process.stdout.removeAllListeners('error').on('error', end.broken);
  let last: Promise<void> = Promise.resolve();
  return {
    shows: () => true,
    write: (entry) => {
      last = new Promise((resolve) => {
        process.stdout.write(`${JSON.stringify(logRecord(entry))}\n`, () => resolve());
      });
      return last;
    },
    finish: () => last,
  };
}

async function displayWriter(
  { node }: Connection,
  selection: LogSelection,
  { color, end }: LogChoices & { readonly end: Ending },
): Promise<LogWriter> {
  process.stdout.removeAllListeners('error');
  const isTerminal = process.stdout.isTTY;
  const source = new LogSource();
  const display = new Display(
    {
      timestamp: 'clock',
      color: wantsColor({ flag: color, env: process.env, isTerminal }),
      align: true,
      raw: false,
      quietEvents: false,
      now: source.now,
    },
    {
      memory: new LineMemory(),
      sink: sinkFor(process.stdout),
      isTerminal,
      warn: (line) => complain('gaffer', line),
      onBroken: end.broken,
    },
  );
  const wanted = selection.pid === undefined ? selection.job : parseJobName((await node.processInfo(selection.pid)).name);
  for (const job of await node.overview(selection.session ?? wanted?.session)) {
    const name = parseJobName(job.name);
    if (wanted === undefined || wanted.job === name.job) {
      display.reserve(name.job, job.max_processes);
    }
  }
  display.attach(source);
  return {
    shows: (entry) => entry.kind !== 'event' || eventText(entry.event) !== undefined,
    write: (entry) => {
      if (entry.kind === 'dropped') {
        display.say(`${entry.count} entries were left out: they came faster than they are read`);
      }
      return source.tell(entry);
    },
    finish: () => display.finish(),
  };
}
