import { messageOf } from '../errors.ts';
import type { GafferNode } from '../job/node.ts';
import type { StoredJob } from './stored-job.ts';

/** Loads the jobs of a store as they were meant to be: as many processes, or stopped. What can't be loaded is told, and stays in the store. */
export function loadStoredJobs(node: GafferNode, jobs: readonly StoredJob[], onProblem: (message: string) => void): readonly Promise<void>[] {
  return jobs.map(async (job) => {
    try {
      await loadOne(node, job);
    } catch (error) {
      onProblem(`${job.session}.${job.name} can't be loaded again: ${messageOf(error)}`);
    }
  });
}

async function loadOne(node: GafferNode, { session, name, config, target, stopped }: StoredJob): Promise<void> {
  const isScaled = target !== undefined && target !== (config.numprocesses ?? 1);
  await node.load(session, { ...config, start: !stopped && !isScaled });
  if (!stopped && isScaled) {
    await node.scale({ session, job: name }, { op: '=', n: target });
  }
}
