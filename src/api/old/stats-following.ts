import { formatJobName, type JobName, parseJobName } from '../../job/name.ts';
import type { GafferNode, Unsubscribe } from '../../job/node.ts';
import type { StatsEntry } from '../../job/stats.ts';

/** Follows the statistics of every job, also of those that are loaded later. */
export async function followAllStats(node: GafferNode, intervalMs: number, listener: (entry: StatsEntry) => void): Promise<Unsubscribe> {
  const ends = new Map<string, Unsubscribe>();
  let isOver = false;
  const follow = async (job: JobName): Promise<void> => {
    const name = formatJobName(job);
    if (ends.has(name)) {
      return;
    }
    ends.set(name, () => undefined);
    try {
      const end = await node.followStats({ job }, intervalMs, listener, () => ends.delete(name));
      ends.set(name, end);
      if (isOver) {
        end();
      }
    } catch {
      ends.delete(name); // it is gone again
    }
  };
  const { end } = await node.followEvents(undefined, (entry) => {
    if (entry.kind === 'event' && entry.event.type === 'load') {
      void follow(parseJobName(entry.event.name));
    }
  });
  const letGo = (): void => {
    isOver = true;
    for (const one of [end, ...ends.values()]) {
      one();
    }
  };
  try {
    await Promise.all((await node.jobs()).map(follow));
  } catch (error) {
    letGo();
    throw error;
  }
  return letGo;
}
