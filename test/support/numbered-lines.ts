import type { OutputEntry } from '../../src/job/log.ts';

/** What was told of one process. */
interface Told {
  /** What came behind the last line break. */
  rest: string;
  /** The number of the last line. */
  last: number;
  bytes: number;
  osPid: number | undefined;
  hasExited: boolean;
}

/** Most problems that are worth reading. */
const ENOUGH = 10;

/** Looks at output whose lines are the writer's own pid and 1, 2, 3 …, and at what is missing, repeated or torn in it. */
export class NumberedLines {
  readonly problems: string[] = [];
  readonly #processes = new Map<number, Told>();

  /** A piece of output. */
  add({ name, pid, data, offset }: OutputEntry): void {
    const told = this.#of(pid);
    if (told.hasExited) {
      this.problem(`${name} ${pid}: output after its end was told`);
    }
    if (offset !== told.bytes) {
      this.problem(`${name} ${pid}: output from ${offset} on follows on ${told.bytes} bytes`);
    }
    told.bytes = offset + data.length;
    const lines = (told.rest + Buffer.from(data).toString('latin1')).split('\n');
    told.rest = lines.pop() ?? '';
    for (const line of lines) {
      const [, osPid, number] = /^(\d+) (\d+)(?: *)$/.exec(line) ?? [];
      told.osPid ??= Number(osPid);
      if (Number(number) !== told.last + 1 || Number(osPid) !== told.osPid) {
        this.problem(`${name} ${pid}: ${told.osPid} ${told.last} is followed by ${JSON.stringify(line.trimEnd().slice(0, 100))}`);
      }
      told.last = Number(number);
    }
  }

  /** The end of a process was told. @param lines how many it has written, where that is known */
  exited(name: string, pid: number, lines: number | undefined): void {
    const told = this.#of(pid);
    told.hasExited = true;
    if (told.rest !== '') {
      this.problem(`${name} ${pid}: the last line is torn: ${JSON.stringify(told.rest.slice(0, 100))}`);
    }
    if (lines !== undefined && told.last !== lines) {
      this.problem(`${name} ${pid}: has ended after line ${lines}, told were ${told.last}`);
    }
  }

  /** Something is wrong. */
  problem(text: string): void {
    if (this.problems.length < ENOUGH) {
      this.problems.push(text);
    }
  }

  /** How many bytes of a process were told. */
  bytesOf(pid: number): number {
    return this.#processes.get(pid)?.bytes ?? 0;
  }

  /** The number of the last line of a process. */
  lastOf(pid: number): number {
    return this.#processes.get(pid)?.last ?? 0;
  }

  /** How many lines were told in all. */
  get count(): number {
    return [...this.#processes.values()].reduce((sum, { last }) => sum + last, 0);
  }

  #of(pid: number): Told {
    const told = this.#processes.get(pid) ?? { rest: '', last: 0, bytes: 0, osPid: undefined, hasExited: false };
    this.#processes.set(pid, told);
    return told;
  }
}
