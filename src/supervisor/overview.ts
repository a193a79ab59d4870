import type { JobOverview, ProcessOverview } from '../job/info.ts';
import { formatStats, type ProcessSample } from '../job/stats.ts';
import { joinWords } from '../job/words.ts';
import type { Instance } from './instance.ts';
import { glanceAt } from './instance-info.ts';
import type { Job } from './job.ts';
import { totalMemoryBytes } from './stats-sampler.ts';

/** A job and its processes at a glance. @param sample measures a process */
export async function overviewOf(job: Job, sample: (instance: Instance) => Promise<ProcessSample | undefined>): Promise<JobOverview> {
  const { name, state, active, running, max_processes, config } = job.info();
  const { args } = config;
  const words = args === undefined || args === null ? '' : typeof args === 'string' ? args : joinWords(args);
  const processes = job.instances.map(async (instance): Promise<ProcessOverview> => {
    const measured = await sample(instance);
    const { pid, os_pid, slot, create_time, restarts, commited, stopping, adopted = false } = glanceAt(instance);
    const stats = formatStats(measured && sinceStart(measured, instance.ageMs), totalMemoryBytes());
    const { mem_info1, mem_info2, cpu, mem, ctime, rss, vsz, cpu_seconds } = stats;
    // member by member: to spread both into one object takes longer than all the rest of an overview
    const told = { pid, os_pid, slot, create_time, restarts, commited, stopping, mem_info1, mem_info2, cpu, mem, ctime, rss, vsz, cpu_seconds };
    return adopted ? { ...told, adopted } : told;
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

/** Who looks for the first time wants to know too how busy a process is: on average since its start. */
function sinceStart(sample: ProcessSample, ageMs: number): ProcessSample {
  return sample.isFirst && ageMs > 0 ? { ...sample, cpuPercent: (sample.cpuSeconds / ageMs) * 100_000 } : sample;
}
