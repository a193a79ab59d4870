import { totalmem } from 'node:os';
import type { JobOverview, ProcessOverview } from '../job/info.ts';
import { formatStats, type ProcessSample } from '../job/stats.ts';
import { joinWords } from '../job/words.ts';
import type { Instance } from './instance.ts';
import type { Job } from './job.ts';

/** A job and its processes at a glance. @param sample measures a process */
export async function overviewOf(job: Job, sample: (instance: Instance) => Promise<ProcessSample | undefined>): Promise<JobOverview> {
  const { name, state, active, running, max_processes, config } = job.info();
  const { args } = config;
  const words = args === undefined || args === null ? '' : typeof args === 'string' ? args : joinWords(args);
  const processes = job.instances.map(async (instance): Promise<ProcessOverview> => {
    const { pid, os_pid, slot, create_time, restarts, commited } = instance.info();
    return {
      pid,
      os_pid,
      slot,
      create_time,
      restarts,
      commited,
      stopping: instance.state !== 'up',
      ...formatStats(await sample(instance), totalmem()),
    };
  });
  return {
    name,
    cmd: words === '' ? config.cmd : `${config.cmd} ${words}`,
    state,
    active,
    running,
    max_processes,
    processes: await Promise.all(processes),
  };
}
