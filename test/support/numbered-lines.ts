import type { OutputEntry } from '../../src/job/log.ts';

/** What was told of one process. */
interface Told {
  /** What came behind the last line break. */
  rest: string;
  /** The number of the last line. */
  last: number;
  bytes: number;
  osPid: number | undefined;
  name: string;
  /** How many lines it has written, where that is known. */
  lines: number | undefined;
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

  /** A process has ended; what it has written last may still come. @param lines how many it has written, where that is known */
  exited({ pid, name, lines }: { readonly pid: number; readonly name: string; readonly lines: number | undefined }): void {
    Object.assign(this.#of(pid), { name, lines });
  }

  /** A job was unloaded: what its processes have written is not kept for anybody. */
  unloaded(name: string): void {
    for (const told of [...this.#processes.values()].filter((one) => one.name === name)) {
      Object.assign(told, { lines: undefined, rest: '' });
    }
  }

  /** Of which processes that have ended something was not told, or not to the end of a line. */
  get unfinished(): readonly string[] {
    return [...this.#processes]
      .filter(([, { lines, last, rest }]) => (lines !== undefined && lines !== last) || rest !== '')
      .map(
        ([pid, { name, lines, last, rest }]) =>
          `process ${pid} of ${name} has ended after line ${lines}, told were ${last} and ${JSON.stringify(rest.slice(0, 100))}`,
      );
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
    const told = this.#processes.get(pid) ?? { rest: '', last: 0, bytes: 0, osPid: undefined, name: '', lines: undefined };
    this.#processes.set(pid, told);
    return told;
  }
}
