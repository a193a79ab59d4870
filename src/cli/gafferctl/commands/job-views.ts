import { jobInfoText } from '../../view/info-text.ts';
import { jobStatsText } from '../../view/stats-text.ts';
import { jobViewCommand } from '../job-view.ts';
import { nameOf } from '../names.ts';

/** `gafferctl numprocesses`. */
export const Numprocesses = jobViewCommand({
  summary: 'Tell how many processes of a job are wanted',
  description: 'The number that add, sub and scale change.',
  examples: ['numprocesses dummy'],
  json: '{"name", "numprocesses"}',
  ask: async (node, job) => {
    const { name, max_processes: numprocesses } = await node.jobInfo(job);
    return { name, numprocesses };
  },
  text: ({ numprocesses }) => String(numprocesses),
});

/** `gafferctl running`. */
export const Running = jobViewCommand({
  summary: 'Tell how many processes of a job run',
  description: 'Committed ones are counted too.',
  examples: ['running dummy'],
  json: '{"name", "running"}',
  ask: async (node, job) => {
    const { name, running } = await node.jobInfo(job);
    return { name, running };
  },
  text: ({ running }) => String(running),
});

/** `gafferctl get_process`. */
export const GetProcess = jobViewCommand({
  summary: 'Print the configuration of a job',
  description: 'As JSON, in the form that load_process reads, with its name. The environment is shown to keys that manage the job.',
  examples: ['get_process dummy', 'get_process shop:web --json'],
  json: 'the same in one line',
  ask: async (node, job) => ({ ...(await node.jobInfo(job)).config, name: nameOf(job) }),
  text: (config) => JSON.stringify(config, undefined, 4),
});

/** `gafferctl job:info`. */
export const JobInfo = jobViewCommand({
  summary: 'Tell all about a job',
  description: 'Whether it runs, how many processes it has and should have, and its configuration.',
  examples: ['job:info shop.web', 'job:info dummy --json'],
  json: 'what GET /jobs/SESSION/JOB answers',
  ask: (node, job) => node.jobInfo(job),
  text: jobInfoText,
});

/** `gafferctl job:stats`. */
export const JobStats = jobViewCommand({
  summary: 'Tell what a job uses',
  description: 'CPU in percent of one core and memory in percent of the machine, of all processes of the job and of each.',
  examples: ['job:stats dummy', 'job:stats shop.web --json'],
  json: 'what GET /jobs/SESSION/JOB/stats answers',
  ask: (node, job) => node.jobStats(job),
  text: jobStatsText,
});
