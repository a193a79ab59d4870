/** How much something matters, most first. */
export const LOG_LEVELS = ['critical', 'error', 'warning', 'info', 'debug'] as const;

/** How much something matters. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How records look: a line to read, or a JSON object on a line. */
export const LOG_FORMATS = ['text', 'json'] as const;

/** How records look. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** What a record tells besides its message; only the JSON format has it. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One record of a log. */
export interface LogRecord {
  readonly time: Date;
  /** The same as {@link localTime} writes it, where that is known. */
  readonly localTime?: string;
  readonly pid: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** A record as one line, or, for a text of several lines, as one block that can't be taken for several records. */
export function formatRecord(record: LogRecord, format: LogFormat): string {
  return format === 'json' ? asJson(record) : asText(record);
}

function asText({ time, pid, level, message, localTime: written = localTime(time) }: LogRecord): string {
  return `${written} [${pid}] [${level.toUpperCase()}] ${asOneBlock(message)}`;
}

function asJson({ time, pid, level, message, fields }: LogRecord): string {
  const own = { time: time.toISOString(), pid, level, message };
  const text = JSON.stringify({ ...own, ...fields, ...own });
  return UNFIT.test(text) ? text.replaceAll(/\p{Cc}/gu, escaped).replaceAll(SEPARATORS, escaped) : text;
}

/** A time on the clock of this machine, `2026-11-22 12:03:04`. */
export function localTime(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(two).join('-');
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`;
}

/** What would control a terminal, be taken for the end of a line, or turn the order in which a line is read. */
const UNFIT = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const SEPARATORS = /[\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Further lines are indented, so that only records begin with a time; what else controls a terminal is written out. */
function asOneBlock(message: string): string {
  if (!UNFIT.test(message)) {
    return message;
  }
  return message
    .trimEnd()
    .replaceAll(/\r?\n/g, '\n    ')
    .replaceAll(/(?![\t\n])\p{Cc}/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replaceAll(SEPARATORS, escaped);
}
