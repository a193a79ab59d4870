import { jobCommand } from '../deed.ts';

/** `gafferctl start`. */
export const Start = jobCommand({
  summary: 'Start a job',
  description: 'With as many processes as its configuration says; scaling and flapping are forgotten. Returns when they are started.',
  examples: ['start dummy', 'start shop:web --json'],
  act: (node, job) => node.start(job),
});

/** `gafferctl stop`. */
export const Stop = jobCommand({
  summary: 'Stop a job',
  description: 'Ends all of its processes and starts none, until it is started. Returns when they have ended.',
  examples: ['stop dummy', 'stop shop.web'],
  act: (node, job) => node.stop(job),
});

/** `gafferctl restart`. */
export const Restart = jobCommand({
  summary: 'Restart the processes of a job',
  description: 'Stops every process, and each gets a successor. A job that does not run is started. Returns when the old ones have ended.',
  examples: ['restart dummy'],
  act: (node, job) => node.restart(job),
});

/** `gafferctl reload`. */
export const Reload = jobCommand({
  summary: 'Start a job afresh',
  description: 'Replaces every process by a new one, as many as the configuration says: scaling and flapping are forgotten.',
  examples: ['reload dummy'],
  act: (node, job) => node.reload(job),
});

/** `gafferctl del_process`. */
export const DelProcess = jobCommand({
  summary: 'Remove a job from the node',
  description: 'Ends its processes and forgets it. Returns when they have ended.',
  examples: ['del_process dummy'],
  act: (node, job) => node.unload(job),
});
