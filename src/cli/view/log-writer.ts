import type { GafferEvent } from '../../job/event.ts';
import type { LogEntry } from '../../job/log.ts';
import { wantsColor } from '../../output/color.ts';
import { Display } from '../../output/display.ts';
import { eventText } from '../../output/event-text.ts';
import { LineMemory } from '../../output/line-memory.ts';
import { sinkFor } from '../../output/sink.ts';
import { logRecord } from '../../protocol/log-record.ts';
import { complain } from '../complain.ts';
import { LogSource } from './log-source.ts';

/** Where the entries of a log go. */
export interface LogWriter {
  /** Whether an entry is something to be seen there. */
  shows(entry: LogEntry): boolean;
  /** Writes an entry; a promise is to be waited for. */
  write(entry: LogEntry): void | Promise<void>;
  /** What comes is of another run of the node: its processes have nothing to do with those before. */
  beginAnew(): void;
  /** Resolves when everything is written. */
  finish(): Promise<void>;
}

/** How a log is shown to people. */
export interface LogLook {
  readonly color: boolean | undefined;
  /** Names carry the application. Default false. */
  readonly fullNames?: boolean;
  /** What is said of an event; undefined: nothing. */
  readonly describe?: (event: GafferEvent) => string | undefined;
  /** Jobs by the names that are shown, for which there is to be room from the first line on. */
  readonly jobs?: readonly { readonly name: string; readonly count: number; readonly place?: string | undefined }[];
  /** What is left out, in words, where a reader was too slow. */
  readonly entries?: string;
}

/** A log that is of several nodes: what a writer shows of one of them. */
export interface LogWriters {
  /** @param place what is said of the node before each line */
  of(place: string | undefined): LogWriter;
  /** Resolves when everything is written. */
  finish(): Promise<void>;
}

/** Writes entries to stdout as JSON, a line each. @param onBroken is told when that is impossible */
export function jsonWriter(onBroken: (error: Error) => void): LogWriter {
  return jsonWriters(onBroken).of(undefined);
}

/** The same, for the logs of several nodes: `node` says whose it is. */
export function jsonWriters(onBroken: (error: Error) => void): LogWriters {
  process.stdout.removeAllListeners('error').on('error', onBroken);
  let last: Promise<void> = Promise.resolve();
  const finish = (): Promise<void> => last;
  return {
    of: (node) => ({
      shows: () => true,
      write: (entry) => {
        const record = node === undefined ? logRecord(entry) : { node, ...logRecord(entry) };
        last = new Promise((resolve) => {
          process.stdout.write(`${JSON.stringify(record)}\n`, (error) => {
            if (error) {
              onBroken(error);
            }
            resolve();
          });
        });
        return last;
      },
      beginAnew: () => undefined,
      finish,
    }),
    finish,
  };
}

/** Writes entries to stdout as `gaffer start` would show them. @param onBroken is told when that is impossible */
export function displayWriter(look: LogLook, onBroken: (error: Error) => void): LogWriter {
  return displayWriters(look, onBroken).of(undefined);
}

/** The same, for the logs of several nodes: the node stands before the name of the job. */
export function displayWriters(look: LogLook, onBroken: (error: Error) => void): LogWriters {
  process.stdout.removeAllListeners('error');
  const isTerminal = process.stdout.isTTY;
  const { fullNames = false, describe = eventText, jobs = [], entries = 'entries' } = look;
  const clock = { nowMs: Date.now() };
  const color = wantsColor({ flag: look.color, env: process.env, isTerminal });
  const display = new Display(
    { timestamp: 'clock', color, align: true, raw: false, quietEvents: false, fullNames, describe, now: () => clock.nowMs },
    { memory: new LineMemory(), sink: sinkFor(process.stdout, { isPatient: () => false }), isTerminal, warn: (line) => complain(line), onBroken },
  );
  for (const { name, count, place } of jobs) {
    display.reserve(name, count, place);
  }
  const finish = (): Promise<void> => display.finish();
  return {
    of: (place) => {
      const source = new LogSource(clock);
      display.attach(source, { place });
      return {
        shows: (entry) => entry.kind !== 'event' || describe(entry.event) !== undefined,
        write: (entry) => {
          if (entry.kind === 'dropped') {
            display.say(`${entry.count} ${entries} were left out: they came faster than they are read`, place);
          }
          return source.tell(entry);
        },
        beginAnew: () => source.beginAnew(),
        finish,
      };
    },
    finish,
  };
}
