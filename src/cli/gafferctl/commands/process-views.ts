import { infoText } from '../../view/info-text.ts';
import { processStatsText } from '../../view/stats-text.ts';
import { processViewCommand } from '../process-view.ts';

/** `gafferctl process:info`. */
export const ProcessInfo = processViewCommand({
  summary: 'Tell all about a process',
  description: 'Its job, its command, its pids and since when it runs. The environment is shown to keys that manage the job.',
  examples: ['process:info dummy.1', 'process:info 1 --json'],
  json: 'what GET /PID answers',
  ask: (node, pid) => node.processInfo(pid),
  text: (info) => infoText({ ...info }),
});

/** `gafferctl process:stats`. */
export const ProcessStats = processViewCommand({
  summary: 'Tell what a process uses',
  description: 'CPU in percent of one core since it was measured before, memory in percent of the machine and in bytes, CPU time.',
  examples: ['process:stats dummy.1 --json'],
  json: 'the statistics that GET /PID/stats answers',
  ask: (node, pid) => node.processStats(pid),
  text: processStatsText,
});
