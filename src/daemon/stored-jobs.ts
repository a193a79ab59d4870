import { messageOf } from '../errors.ts';
import { isSameConfig, LAST_PRIORITY } from '../job/config.ts';
import type { GafferNode } from '../job/node.ts';
import type { StoredJob } from './stored-job.ts';

/**
 * Loads the jobs of a store in their order, and starts them by their priority, as they were meant to be: as many
 * processes, or stopped. All has begun when this returns. What can't be loaded is told, and stays in the store.
 */
export function loadStoredJobs(node: GafferNode, jobs: readonly StoredJob[], onProblem: (message: string) => void): readonly Promise<void>[] {
  const attempt = async ({ session, name }: StoredJob, work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      onProblem(`${session}.${name} can't be loaded again: ${messageOf(error)}`);
    }
  };
  const loaded = jobs.map((job) => attempt(job, node.load(job.session, { ...job.config, start: false })));
  const byPriority = jobs.toSorted((one, other) => priorityOf(one) - priorityOf(other));
  return [...loaded, ...byPriority.map((job) => attempt(job, bringBack(node, job)))];
}

/** Does what a job that is loaded was to be brought to, as far as that has not begun. What fails is told. */
export async function bringTo(node: GafferNode, job: StoredJob, onProblem: (message: string) => void): Promise<void> {
  const { session, name, config, target, stopped } = job;
  const place = { session, job: name };
  try {
    const info = await node.jobInfo(place);
    if (!isSameConfig(info.config, config)) {
      await node.update(place, { ...config, start: !stopped });
    } else if (stopped) {
      await (info.state === 'stopped' ? undefined : node.stop(place));
    } else if (info.state === 'stopped') {
      await bringBack(node, job);
    } else if ((target ?? config.numprocesses ?? 1) !== info.max_processes) {
      await node.scale(place, { op: '=', n: target ?? config.numprocesses ?? 1 });
    }
  } catch (error) {
    onProblem(`${session}.${name} can't be brought to where it was to be: ${messageOf(error)}`);
  }
}

function priorityOf({ config }: StoredJob): number {
  return config.priority ?? LAST_PRIORITY;
}

/** Brings a job that was loaded without being started to where it was. */
async function bringBack(node: GafferNode, { session, name, config, target, stopped }: StoredJob): Promise<void> {
  const job = { session, job: name };
  const isScaled = target !== undefined && target !== (config.numprocesses ?? 1);
  const scale = async (): Promise<number> => await node.scale(job, { op: '=', n: target ?? 0 });
  if (stopped) {
    // without a number nobody has stopped it: it waits for its first start
    await (target === undefined ? undefined : Promise.all([node.stop(job), target > 0 && scale()]));
  } else if (isScaled && target > 0) {
    await scale();
  } else {
    await Promise.all([node.start(job), isScaled && scale()]); // at once: of a job that has no process none is started
  }
}
