import { GafferError } from '../../errors.ts';
import { type Call, oneOf, type QueryParameter, word } from '../operation.ts';
import { EVENT_STREAM } from './record-form.ts';

/** How an answer goes on: without end, until there is something, or as an event source reads it. */
export type FeedKind = 'continuous' | 'longpoll' | 'eventsource';

/** The parameters of a feed. @param byDefault what it is without them */
export function feedQuery(byDefault: string): Readonly<Record<'feed' | 'heartbeat', QueryParameter>> {
  return {
    feed: oneOf(
      ['continuous', 'longpoll', 'eventsource'],
      `\`continuous\`: without end; \`longpoll\`: until there is something; \`eventsource\`: server-sent events, as with \`Accept: text/event-stream\`. Without it ${byDefault}`,
    ),
    heartbeat: word(
      '`true` (60) or after how many seconds again and again an empty line shows that the connection is there, in `eventsource` a comment; without it none, in `eventsource` 15',
    ),
  };
}

/** Which kind is asked for; a browser's event source says so in its headers. */
export function feedKindOf({ query, accept }: Call): FeedKind | undefined {
  const isEventSource = accept.split(',').some((type) => type.split(';')[0]?.trim().toLowerCase() === EVENT_STREAM);
  return (query['feed'] as FeedKind | undefined) ?? (isEventSource ? 'eventsource' : undefined);
}

/** Seconds between two heartbeats: what `true` means, what an event source has without being told, the least and the most. */
const TRUE_S = 60;
const EVENT_SOURCE_S = 15;
const LEAST_S = 0.1;
const MOST_S = 86_400;

/** Milliseconds between two heartbeats; undefined for none. @throws GafferError `bad_request` */
export function heartbeatMsOf({ query }: Call, kind: FeedKind): number | undefined {
  const text = query['heartbeat'];
  if (text === undefined) {
    return kind === 'eventsource' ? EVENT_SOURCE_S * 1000 : undefined;
  }
  const seconds = text.toLowerCase() === 'true' ? TRUE_S : Number(/^\d+(\.\d+)?$/.test(text) ? text : Number.NaN);
  if (!(seconds >= LEAST_S && seconds <= MOST_S)) {
    throw new GafferError('bad_request', `heartbeat: expected true or seconds from ${LEAST_S} to ${MOST_S}, got "${text}"`);
  }
  return seconds * 1000;
}
