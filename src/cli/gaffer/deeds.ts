import { type Deed, restartSession } from '../deed.ts';

/** `gaffer unload`. */
export const UNLOAD: Deed = {
  doing: 'Unloading',
  verb: 'unload',
  isDisruptive: true,
  job: (node, job) => node.unload(job),
  app: (node, session) => node.unloadSession(session),
  jobLine: (word) => `job '${word}' unloaded`,
  appLines: (session) => [`==> app '${session}' unloaded`],
};

/** `gaffer reload`. */
export const RELOAD: Deed = {
  doing: 'Reloading',
  verb: 'reload',
  isDisruptive: true,
  job: (node, job) => node.reload(job),
  app: (node, session) => node.reloadSession(session),
  jobLine: (word) => `job '${word}' reloaded`,
  appLines: (session) => [`==> app '${session}' reloaded`],
};

/** `gaffer restart`. */
export const RESTART: Deed = {
  doing: 'Restarting',
  verb: 'restart',
  isDisruptive: true,
  job: (node, job) => node.restart(job),
  process: (node, pid) => node.restartProcess(pid),
  app: restartSession,
  jobLine: (word) => `job '${word}' restarted`,
  appLines: (session) => [`==> app '${session}' restarted`],
};

/** `gaffer ps:start`. */
export const START: Deed = {
  doing: 'Starting',
  verb: 'start',
  isDisruptive: false,
  job: (node, job) => node.start(job),
  app: (node, session) => node.startSession(session),
  jobLine: (word) => `'${word}' started`,
  appLines: (session, jobs) => [...jobs.map(({ job }) => `job '${job}' started`), `==> all jobs in '${session}' started`],
};

/** `gaffer stop`. */
export const STOP: Deed = {
  doing: 'Stopping',
  verb: 'stop',
  isDisruptive: true,
  job: (node, job) => node.stop(job),
  process: (node, pid) => node.stopProcess(pid, { replace: false }),
  app: (node, session) => node.stopSession(session),
  jobLine: (word) => `'${word}' stopped`,
  appLines: (session, jobs) => [...jobs.map(({ job }) => `job '${job}' stopped`), `==> all jobs in '${session}' stopped`],
};
