import type { GafferEvent } from '../job/event.ts';
import { formatJobName } from '../job/name.ts';
import type { GafferNode, Unsubscribe } from '../job/node.ts';
import type { JobProcessStats, ProcessStats } from '../job/stats.ts';
import { isOfTopic, parseTopic, type Topic } from '../protocol/topic.ts';
import { type Clock, systemClock } from './clock.ts';

/** What a subscription delivers. */
export type TopicMessage =
  | { readonly kind: 'event'; readonly event: GafferEvent }
  | { readonly kind: 'stats'; readonly name: string; readonly pid: number; readonly stats: ProcessStats | JobProcessStats }
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
export async function subscribe(
  node: GafferNode,
  topicText: string,
  listener: (message: TopicMessage) => void,
  clock: Clock = systemClock,
): Promise<Unsubscribe> {
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
    case 'process_stats': {
      const { name } = await node.processInfo(topic.pid);
      return repeat(clock, listener, async () => [{ kind: 'stats', name, pid: topic.pid, stats: await node.processStats(topic.pid) }]);
    }
    case 'job_stats': {
      const name = formatJobName(topic.job);
      await node.jobInfo(topic.job);
      return repeat(clock, listener, async () => {
        const { stats } = await node.jobStats(topic.job);
        return stats.map((one) => ({ kind: 'stats', name, pid: one.pid, stats: one }));
      });
    }
  }
}

async function expectTarget(node: GafferNode, topic: Topic): Promise<void> {
  if (topic.kind === 'job') {
    await node.jobInfo(topic.job);
  } else if (topic.kind === 'process') {
    await node.processInfo(topic.pid);
  }
}

/** Delivers what is taken again and again, until it is told to end or the target is gone. */
function repeat(clock: Clock, listener: (message: TopicMessage) => void, take: () => Promise<readonly TopicMessage[]>): Unsubscribe {
  let ended = false;
  let cancel = (): void => undefined;
  const next = async (): Promise<void> => {
    let messages: readonly TopicMessage[];
    try {
      messages = await take();
    } catch {
      return;
    }
    for (const message of messages) {
      if (!ended) {
        listener(message);
      }
    }
    if (!ended) {
      cancel = clock.after(SAMPLE_MS, () => void next());
    }
  };
  void next();
  return () => {
    ended = true;
    cancel();
  };
}
