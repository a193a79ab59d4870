import { GafferError } from '../../errors.ts';
import type { EventPosition } from '../../job/event.ts';
import type { EventEntry } from '../../job/log.ts';
import type { GafferNode, Unsubscribe } from '../../job/node.ts';
import type { StatsTarget } from '../../job/stats.ts';
import type { Members } from '../../protocol/channel-message.ts';
import { parseEventPosition } from '../../protocol/event-position.ts';
import { isOfTopic, parseTopic, type Topic } from '../../protocol/topic.ts';
import { type EventMessages, eventMessage } from './event-messages.ts';
import type { Message, Progress } from './peer.ts';
import { openStream } from './stream-source.ts';

/** Where the news of a topic goes. */
export interface TopicListener {
  /** Whether something that is told now would not be left out. */
  readonly hasRoom: boolean;
  /** Begins to look whether whoever is told reads. */
  watch(): Progress;
  /** Tells news; left out where there is no room for it. */
  tell(message: Message): void;
  /** Takes note of news that is not even made, as there is no room for it. */
  leaveOut(): void;
  /** Tells what whoever tells it waits with, and so is not left out; `sent` is called when it has left. */
  pass(message: Message, sent: () => void): void;
  /** There will be no more. */
  end(): void;
}

/** What topics are told from. */
export interface TopicContext {
  readonly node: GafferNode;
  readonly messages: EventMessages;
}

/** A subscription that has begun. */
export interface TopicSource {
  /** What is known at that moment; the news begins behind it. */
  readonly present: Members | undefined;
  readonly end: Unsubscribe;
}

/** Begins to tell the news of a topic. @throws GafferError */
export async function openTopic(context: TopicContext, { text, options, listener }: Opening): Promise<TopicSource> {
  const topic = parseTopic(text);
  switch (topic.kind) {
    case 'events':
    case 'job':
    case 'process':
      return await openEvents(context, { topic, text, options, listener });
    case 'process_stats':
      return await openStats(context, { target: { pid: topic.pid }, text, options, listener });
    case 'job_stats':
      return await openStats(context, { target: { job: topic.job }, text, options, listener });
    case 'stream':
      return await openStream(context.node, { ...topic, text, options, listener });
  }
}

/** Which topic is wanted, and how. */
export interface Opening {
  /** The topic as the client has written it. */
  readonly text: string;
  readonly options: Members;
  readonly listener: TopicListener;
}

async function openEvents(
  { node, messages }: TopicContext,
  { topic, text, options, listener }: Opening & { readonly topic: Topic },
): Promise<TopicSource> {
  const since = options['since'] === undefined || options['since'] === null ? undefined : parseEventPosition(options['since']);
  const tell = (entry: EventEntry): void => {
    if (entry.kind === 'event' && isOfTopic(entry.event, topic)) {
      for (const message of topic.kind === 'events' ? messages.underAllNames(entry.event, text) : messages.underOwnName(entry.event, text)) {
        listener.tell(message);
      }
    } else if (entry.kind === 'end') {
      listener.end();
    }
  };
  const { from, end } = await node.followEvents(since, tell);
  try {
    return { present: { ...positionMembers(from), ...(await stateOf(node, topic)) }, end };
  } catch (error) {
    end();
    throw error;
  }
}

function positionMembers({ seq, run }: EventPosition): Members {
  return { seq, ...(run !== undefined && { run }) };
}

/** How things are with the target of a topic. @throws GafferError when it is not there */
async function stateOf(node: GafferNode, topic: Topic): Promise<Members> {
  if (topic.kind === 'job') {
    return { info: await node.jobInfo(topic.job) };
  }
  return topic.kind === 'process' ? { info: await withoutEnv(node, topic.pid) } : {};
}

async function withoutEnv(node: GafferNode, pid: number): Promise<Members> {
  const { env: _, ...info } = await node.processInfo(pid); // whoever may watch a process need not see its secrets
  return info;
}

/** Milliseconds between two statistics, and at least. */
const INTERVAL_MS = 100;
const SHORTEST_MS = 50;

async function openStats(
  { node }: TopicContext,
  { target, text, options, listener }: Opening & { readonly target: StatsTarget },
): Promise<TopicSource> {
  const { interval } = options;
  if (interval !== undefined && (typeof interval !== 'number' || !(interval > 0))) {
    throw new GafferError('bad_request', `interval: expected seconds above 0, got ${JSON.stringify(interval)}`);
  }
  const intervalMs = interval === undefined ? INTERVAL_MS : Math.max(SHORTEST_MS, interval * 1000);
  const end = await node.followStats(
    target,
    intervalMs,
    (entry) => listener.tell(eventMessage({ event: 'stat', topic: text, ...entry })),
    () => listener.end(),
  );
  return { present: undefined, end };
}
