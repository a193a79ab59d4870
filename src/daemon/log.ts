import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { GafferError, messageOf, systemCode } from '../errors.ts';
import type { LogSettings } from './config/log-settings.ts';
import { formatRecord, LOG_LEVELS, type LogFields, type LogFormat, type LogLevel, localTime } from './log-record.ts';

/** Where a log goes, and what goes into it. */
export interface LogOptions {
  /** Undefined is stderr. */
  readonly file?: string | undefined;
  /** What matters less is left out. Default `info`. */
  readonly level?: LogLevel | undefined;
  /** Default `text`. */
  readonly format?: LogFormat | undefined;
  /** Default: this process's. */
  readonly pid?: number;
  /** Milliseconds since the epoch. Default: the machine's time. */
  readonly wallTime?: () => number;
  /** Opens a file. Default: as whoever this process is. */
  readonly open?: (file: string) => number;
  /** Writes some of the bytes and tells how many. Default: the system's. */
  readonly write?: (fd: number, bytes: Uint8Array) => number;
}

const STDERR = 2;

/** How long a reader that does not keep up is waited for, in steps of a millisecond. */
const MAX_WAITS = 50;

/** A log. What can't be written is counted and left out; no record ever fails. */
export class Log {
  readonly #pid: number;
  readonly #wallTime: () => number;
  readonly #open: (file: string) => number;
  readonly #write: (fd: number, bytes: Uint8Array) => number;
  #settings: LogSettings;
  #fd: number;
  #lost = 0;
  #waiting: string[] = [];
  #second = { number: Number.NaN, text: '' };
  #isTorn = false;

  /** @throws GafferError `io_failed` when the file can't be opened */
  constructor({ file, level = 'info', format = 'text', pid = process.pid, wallTime = Date.now, open = openLog, write = writeSync }: LogOptions = {}) {
    this.#settings = { file, level, format };
    this.#pid = pid;
    this.#wallTime = wallTime;
    this.#open = open;
    this.#write = write;
    this.#fd = file === undefined ? STDERR : open(file);
  }

  /** gafferd can not go on. */
  critical(message: string, fields?: LogFields): void {
    this.#record('critical', message, fields);
  }

  /** Something that was asked for could not be done. */
  error(message: string, fields?: LogFields): void {
    this.#record('error', message, fields);
  }

  /** Something is doubtful. */
  warning(message: string, fields?: LogFields): void {
    this.#record('warning', message, fields);
  }

  /** Something has happened that one wants to know. */
  info(message: string, fields?: LogFields): void {
    this.#record('info', message, fields);
  }

  /** Something that happens all the time: records of one turn of the event loop are written together, before any other. */
  often(message: string, fields?: LogFields): void {
    if (this.#isWanted('info')) {
      this.#waiting.push(this.#format('info', message, fields));
      if (this.#waiting.length === 1) {
        setImmediate(() => this.#flush());
      }
    }
  }

  /** Something for who looks for a mistake. */
  debug(message: string, fields?: LogFields): void {
    this.#record('debug', message, fields);
  }

  /**
   * Opens the file anew, for somebody may have renamed it, or another one; the rest is changed as well.
   * @throws GafferError `io_failed` when it can't be opened; the log then goes on as it was
   */
  reopen(settings: LogSettings = this.#settings): void {
    const { file } = settings;
    const fd = file === undefined ? STDERR : this.#open(file);
    this.close();
    this.#fd = fd;
    this.#settings = settings;
  }

  /** Closes the file; what comes later goes to stderr. */
  close(): void {
    this.#flush();
    if (this.#fd !== STDERR) {
      closeSync(this.#fd);
      this.#fd = STDERR;
    }
  }

  #record(level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (this.#isWanted(level)) {
      this.#flush();
      this.#put([this.#format(level, message, fields)]);
    }
  }

  #isWanted(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(this.#settings.level);
  }

  #format(level: LogLevel, message: string, fields: LogFields = {}): string {
    const time = new Date(this.#wallTime());
    return formatRecord({ time, localTime: this.#localTime(time), pid: this.#pid, level, message, fields }, this.#settings.format);
  }

  /** Worked out once a second. */
  #localTime(time: Date): string {
    const second = Math.floor(time.getTime() / 1000);
    if (this.#second.number !== second) {
      this.#second = { number: second, text: localTime(time) };
    }
    return this.#second.text;
  }

  #flush(): void {
    const lines = this.#waiting;
    this.#waiting = [];
    if (lines.length > 0) {
      this.#put(lines);
    }
  }

  #put(lines: readonly string[]): void {
    if (this.#lost > 0 && this.#writeLines(this.#format('warning', `${this.#lost} records before this one could not be written`))) {
      this.#lost = 0;
    }
    if (this.#lost > 0 || !this.#writeLines(lines.join('\n'))) {
      this.#lost += lines.length;
    }
  }

  #writeLines(text: string): boolean {
    return this.#writeAll(Buffer.from(`${this.#isTorn ? '\n' : ''}${text}\n`));
  }

  /** Whether everything was written. Who does not read is waited for once, and not again before he reads. */
  #writeAll(bytes: Uint8Array): boolean {
    let rest = bytes;
    for (let waits = this.#lost > 0 ? MAX_WAITS : 0; rest.length > 0; ) {
      try {
        rest = rest.subarray(this.#write(this.#fd, rest));
        this.#isTorn = rest.length > 0;
      } catch (error) {
        if (systemCode(error) !== 'EAGAIN' || waits >= MAX_WAITS) {
          return false;
        }
        waits += 1;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      }
    }
    return true;
  }
}

/** A pipe that nobody reads is an error, and not waited for. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

/** Opens the file of a log, or makes it. @throws GafferError `io_failed` */
export function openLog(file: string): number {
  try {
    return openSync(file, FLAGS, 0o640);
  } catch (error) {
    const reason = systemCode(error) === 'ENOENT' ? `there is no folder ${dirname(file)}; make it, or name another file` : messageOf(error);
    throw new GafferError('io_failed', `cannot open the log ${file}: ${reason}`, { cause: error });
  }
}
