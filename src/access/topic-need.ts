import type { JobName } from '../job/name.ts';
import type { Topic } from '../protocol/topic.ts';
import type { Need, Right } from './permissions.ts';

/** What it needs to be told the news of a topic. @param jobOf looks up the job of a process */
export async function needOfTopic(topic: Topic, jobOf: (pid: number) => Promise<JobName>): Promise<Need> {
  const right: Right = ['events', 'job', 'process'].includes(topic.kind) ? 'manage' : 'read';
  if (topic.kind === 'events') {
    return { kind: 'right', right, target: { kind: 'all' } };
  }
  return {
    kind: 'right',
    right,
    target: 'job' in topic ? { kind: 'job', job: topic.job } : { kind: 'job', job: await jobOf(topic.pid), isUnnamed: true },
  };
}
