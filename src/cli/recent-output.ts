import type { RemoteNode } from '../client/remote-node.ts';
import type { OutputEntry } from '../job/log.ts';
import { recentEntries } from './recent-entries.ts';

/** The end of what a process has written. */
export interface RecentOutput {
  /** The last lines of all its outputs, in their order; `index` is that of the output among the labels. */
  readonly lines: readonly { readonly index: number; readonly data: Uint8Array }[];
  /** Where each output stands behind them. */
  readonly offsets: readonly number[];
}

/** Asks for the last lines of a process. @param outputs their labels */
export async function recentOutput(node: RemoteNode, pid: number, outputs: readonly string[], lines: number): Promise<RecentOutput> {
  const choice = { lines: Math.max(1, lines), isCounted: ({ kind }: { readonly kind: string }) => kind === 'output' };
  const recent = await Promise.all(
    outputs.map(async (label) => {
      const entries = await recentEntries(node, { pid, label }, choice);
      return entries.filter((entry): entry is OutputEntry => entry.kind === 'output');
    }),
  );
  const all = recent.flatMap((entries, index) => entries.map(({ timeMs, data }) => ({ timeMs, index, data })));
  all.sort((one, other) => one.timeMs - other.timeMs);
  return {
    lines: all.slice(Math.max(0, all.length - lines)),
    offsets: recent.map((entries) => {
      const last = entries.at(-1);
      return last === undefined ? 0 : last.offset + last.data.length;
    }),
  };
}
