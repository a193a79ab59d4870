import type { LogEntry, LogSelection } from '../job/log.ts';
import type { GafferNode } from '../job/node.ts';

/** What of a log is asked for. */
export interface RecentChoice {
  readonly lines: number;
  /** Whether an entry counts as a line: not everything that happens is shown. */
  readonly isCounted: (entry: LogEntry) => boolean;
}

/** As many of the last entries as are needed for a number of lines. */
export async function recentEntries(
  node: Pick<GafferNode, 'recentLog'>,
  selection: LogSelection,
  { lines, isCounted }: RecentChoice,
): Promise<readonly LogEntry[]> {
  if (lines === 0) {
    return [];
  }
  for (let asked = 2 * lines + 20; ; asked *= 4) {
    const entries = await node.recentLog(selection, asked);
    const counted = entries.flatMap((entry, index) => (isCounted(entry) ? [index] : []));
    if (counted.length >= lines || entries.length < asked) {
      return counted.length > lines ? entries.slice(counted.at(-lines)) : entries;
    }
  }
}
