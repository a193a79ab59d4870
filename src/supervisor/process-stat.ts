/** What the system tells of one process. */
export interface ProcessEntry {
  readonly pid: number;
  /** One letter; `Z` is a process that has ended and waits to be asked for its exit code. */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks since boot: with the pid it names a process for good. */
  readonly startTime: string;
  /** CPU time of its own, in clock ticks, user and system. */
  readonly cpuTicks: number;
  /** CPU time of its children that have ended and whose exit codes it has asked for, and of theirs. */
  readonly waitedTicks: number;
  readonly vszBytes: number;
  readonly rssPages: number;
}

/** Fields are counted from 1 as the system's manual does: this is the first number behind the name, and how many are wanted. */
const FIRST = 4;
const FIELDS = 24 - FIRST + 1;

const BLANK = 0x20;
const MINUS = 0x2d;
const ZERO = 0x30;
const CLOSING = 0x29;

/**
 * Reads what /proc/PID/stat says. It goes over the bytes itself: to make a text, parts and numbers of all fifty fields
 * takes four times as long, and this is done for every process of the machine.
 */
export function parseProcessStat(pid: number, bytes: Buffer): ProcessEntry {
  const afterName = bytes.lastIndexOf(CLOSING) + 2; // a name can have brackets and blanks itself
  const fields: number[] = [];
  let at = afterName + 2;
  while (fields.length < FIELDS && at < bytes.length) {
    const isNegative = bytes[at] === MINUS;
    let value = 0;
    for (at += isNegative ? 1 : 0; at < bytes.length && bytes[at] !== BLANK; at += 1) {
      value = value * 10 + (bytes[at] ?? 0) - ZERO;
    }
    fields.push(isNegative ? -value : value);
    at += 1;
  }
  const field = (number: number): number => fields[number - FIRST] ?? 0;
  return {
    pid,
    state: String.fromCharCode(bytes[afterName] ?? 0),
    parent: field(4),
    group: field(5),
    session: field(6),
    startTime: String(field(22)),
    cpuTicks: field(14) + field(15),
    waitedTicks: field(16) + field(17),
    vszBytes: field(23),
    rssPages: field(24),
  };
}
