import type { GafferEvent } from '../job/event.ts';
import type { GafferNode, Unsubscribe } from '../job/node.ts';
import type { StatsEntry, StatsTarget } from '../job/stats.ts';
import { isOfTopic, parseTopic, type Topic } from '../protocol/topic.ts';

/** What a subscription delivers. */
export type TopicMessage =
  | { readonly kind: 'event'; readonly event: GafferEvent }
  | { readonly kind: 'stats'; readonly name: string; readonly pid: number; readonly stats: StatsEntry }
  /** A piece of output; the bytes are valid during the call only. */
  | { readonly kind: 'output'; readonly pid: number; readonly chunk: Uint8Array };

/** Milliseconds between two samples of statistics. */
const SAMPLE_MS = 100;

/**
 * Subscribes to a topic of a node: `EVENTS`, `JOB:S.J`, `PROCESS:PID`, `STATS:PID`, `STATS:S.J`, `STREAM:PID[.LABEL]`.
 * Statistics come every 0.1 seconds, for a job those of all its processes, also of ones that start later.
 * @returns ends the subscription
 * @throws GafferError `invalid_topic`, `job_not_found`, `process_not_found`, `stream_not_found`
 */
export async function subscribe(node: GafferNode, topicText: string, listener: (message: TopicMessage) => void): Promise<Unsubscribe> {
  const topic = parseTopic(topicText);
  switch (topic.kind) {
    case 'events':
    case 'job':
    case 'process':
      await expectTarget(node, topic);
      return node.onEvent((event) => {
        if (isOfTopic(event, topic)) {
          listener({ kind: 'event', event });
        }
      });
    case 'stream': {
      const stream = await node.stream(topic.pid, topic.label);
      return stream.onData((chunk) => listener({ kind: 'output', pid: topic.pid, chunk }));
    }
    case 'process_stats':
      return await followStats(node, { pid: topic.pid }, listener);
    case 'job_stats':
      return await followStats(node, { job: topic.job }, listener);
  }
}

function followStats(node: GafferNode, target: StatsTarget, listener: (message: TopicMessage) => void): Promise<Unsubscribe> {
  return node.followStats(target, SAMPLE_MS, (stats) => listener({ kind: 'stats', name: stats.name, pid: stats.pid, stats }));
}

async function expectTarget(node: GafferNode, topic: Topic): Promise<void> {
  if (topic.kind === 'job') {
    await node.jobInfo(topic.job);
  } else if (topic.kind === 'process') {
    await node.processInfo(topic.pid);
  }
}
