import { parseJobName } from '../job/name.ts';
import type { Topic } from '../protocol/topic.ts';
import type { Need, Right, Target } from './permissions.ts';

/** What a target is about: a process is its job's, which has to be looked up. */
export type NeededTarget = Target | { readonly kind: 'process'; readonly pid: number };

/** What is needed, as far as it can be told without asking the node. */
export type ChannelNeed =
  | Exclude<Need, { readonly kind: 'right' }>
  | { readonly kind: 'right'; readonly right: Right; readonly target: NeededTarget };

const ALL: Target = { kind: 'all' };

/** What a subscription needs. */
export function needOfTopic(topic: Topic): ChannelNeed {
  switch (topic.kind) {
    case 'events':
      return { kind: 'right', right: 'manage', target: ALL };
    case 'job':
      return { kind: 'right', right: 'manage', target: { kind: 'job', job: topic.job } };
    case 'process':
      return { kind: 'right', right: 'manage', target: { kind: 'process', pid: topic.pid } };
    case 'process_stats':
    case 'stream':
      return { kind: 'right', right: 'read', target: { kind: 'process', pid: topic.pid } };
    case 'job_stats':
      return { kind: 'right', right: 'read', target: { kind: 'job', job: topic.job } };
  }
}

/** Commands about the whole node, about jobs' configurations, and about one process. */
const OF_ALL: readonly string[] = ['sessions', 'jobs', 'pids'];
const OF_ADMINS: readonly string[] = ['load', 'unload', 'reload', 'update'];
const OF_PROCESSES: readonly string[] = ['process_info', 'process_stats', 'stop_process', 'kill'];

/** What a command of the control channel needs. */
export function needOfCommand(name: string, args: readonly unknown[]): ChannelNeed {
  if (OF_ADMINS.includes(name)) {
    return { kind: 'admin' };
  }
  if (name === 'send' || OF_PROCESSES.includes(name)) {
    return { kind: 'right', right: name === 'send' ? 'write' : 'manage', target: { kind: 'process', pid: Number(args[0]) } };
  }
  if (OF_ALL.includes(name) && (args[0] === undefined || args[0] === null)) {
    return { kind: 'right', right: 'manage', target: ALL };
  }
  return { kind: 'right', right: 'manage', target: targetOf(name, args[0]) };
}

/** The job, or for `jobs` the session, that the first argument names; what names none is a matter of those who may do everything. */
function targetOf(name: string, argument: unknown): Target {
  if (typeof argument !== 'string' || argument === '') {
    return ALL;
  }
  if (name === 'jobs') {
    return { kind: 'session', session: argument };
  }
  try {
    return { kind: 'job', job: parseJobName(argument) };
  } catch {
    return ALL;
  }
}
