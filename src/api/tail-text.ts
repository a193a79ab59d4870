import type { JobName } from '../job/name.ts';
import type { GafferNode } from '../job/node.ts';

const LINE_BREAK = Buffer.from('\n');

/** The last lines that the processes of a job have written, without what happened; each is a line of its own. */
export async function tailOfJob(node: GafferNode, job: JobName, label: string | undefined, lines: number): Promise<Uint8Array> {
  const entries = await node.recentLog({ job, label }, Number.MAX_SAFE_INTEGER);
  const output = entries.flatMap((entry) => (entry.kind === 'output' ? [entry.data] : []));
  const wanted = lines === 0 ? [] : output.slice(-lines);
  return Buffer.concat(wanted.flatMap((line, index) => (line.at(-1) === 10 || index === wanted.length - 1 ? [line] : [line, LINE_BREAK])));
}

/** The last lines of a text; the very last need not be complete. */
export function lastLines(bytes: Uint8Array, count: number): Uint8Array {
  let start = bytes.length;
  for (let lines = 0; lines < count && start > 0; lines += 1) {
    start = start === 1 ? 0 : bytes.lastIndexOf(10, start - 2) + 1;
  }
  return bytes.subarray(start);
}
