import { GafferError } from '../errors.ts';
import type { GafferEvent } from '../job/event.ts';
import { formatJobName, type JobName, parseJobName } from '../job/name.ts';

/** What can be subscribed to. */
export type Topic =
  | { readonly kind: 'events' }
  | { readonly kind: 'job'; readonly job: JobName }
  | { readonly kind: 'process'; readonly pid: number }
  | { readonly kind: 'process_stats'; readonly pid: number }
  | { readonly kind: 'job_stats'; readonly job: JobName }
  | { readonly kind: 'stream'; readonly pid: number; readonly label: string | undefined };

/**
 * Reads a topic: `EVENTS`, `JOB:shop.web`, `PROCESS:3`, `STATS:3`, `STATS:shop.web`, `STREAM:3`, `STREAM:3.err`. The
 * word before the colon is read in any case, what follows is taken as it is.
 * @throws GafferError `invalid_topic`
 */
export function parseTopic(text: string): Topic {
  const colon = text.indexOf(':');
  const word = (colon === -1 ? text : text.slice(0, colon)).toUpperCase();
  const target = colon === -1 ? '' : text.slice(colon + 1);
  const pid = /^\d+$/.test(target) ? Number(target) : undefined;
  if (word === 'EVENTS' && target === '') {
    return { kind: 'events' };
  }
  if (word === 'JOB' && target !== '') {
    return { kind: 'job', job: parseJobName(target) };
  }
  if (word === 'PROCESS' && pid !== undefined) {
    return { kind: 'process', pid };
  }
  if (word === 'STATS' && target !== '') {
    return pid === undefined ? { kind: 'job_stats', job: parseJobName(target) } : { kind: 'process_stats', pid };
  }
  const [, streamPid, label] = word === 'STREAM' ? (/^(\d+)(?:\.(.+))?$/.exec(target) ?? []) : [];
  if (streamPid !== undefined) {
    return { kind: 'stream', pid: Number(streamPid), label };
  }
  throw new GafferError('invalid_topic', `expected a topic like "EVENTS", "JOB:shop.web", "PROCESS:1", "STATS:1" or "STREAM:1.out", got "${text}"`);
}

/** A topic, always written in the same way. */
export function formatTopic(topic: Topic): string {
  switch (topic.kind) {
    case 'events':
      return 'EVENTS';
    case 'job':
      return `JOB:${formatJobName(topic.job)}`;
    case 'process':
      return `PROCESS:${topic.pid}`;
    case 'process_stats':
      return `STATS:${topic.pid}`;
    case 'job_stats':
      return `STATS:${formatJobName(topic.job)}`;
    case 'stream':
      return `STREAM:${topic.pid}${topic.label === undefined ? '' : `.${topic.label}`}`;
  }
}

/** Whether an event belongs to a topic. */
export function isOfTopic(event: GafferEvent, topic: Topic): boolean {
  switch (topic.kind) {
    case 'events':
      return true;
    case 'job':
      return event.name === formatJobName(topic.job);
    case 'process':
      return 'process' in event && event.process?.pid === topic.pid;
    case 'process_stats':
    case 'job_stats':
    case 'stream':
      return false;
  }
}
