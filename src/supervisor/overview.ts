import type { JobOverview, ProcessOverview } from '../job/info.ts';
import { formatStats, type ProcessSample } from '../job/stats.ts';
import { joinWords } from '../job/words.ts';
import type { Instance } from './instance.ts';
import type { Job } from './job.ts';
import { totalMemoryBytes } from './stats-sampler.ts';

/** A job and its processes at a glance. @param sample measures a process */
export async function overviewOf(job: Job, sample: (instance: Instance) => Promise<ProcessSample | undefined>): Promise<JobOverview> {
  const { name, state, active, running, max_processes, config } = job.info();
  const { args } = config;
  const words = args === undefined || args === null ? '' : typeof args === 'string' ? args : joinWords(args);
  const processes = job.instances.map(async (instance): Promise<ProcessOverview> => {
    return { ...instance.glance(), ...formatStats(await sample(instance), totalMemoryBytes()) };
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
