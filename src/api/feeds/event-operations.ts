import type { Need } from '../../access/permissions.ts';
import type { GafferEvent } from '../../job/event.ts';
import { type EventEntry, isEventSelected, type LogSelection } from '../../job/log.ts';
import { EventPattern, eventNames, oldEventNames } from '../../protocol/event-names.ts';
import { logRecord } from '../../protocol/log-record.ts';
import { type Answer, type Call, type Paths, word } from '../operation.ts';
import { TEXT } from '../schemas.ts';
import { eventFeed } from './event-following.ts';
import { feedKindOf, feedQuery } from './feed-kind.ts';
import { needToRead, scopeOf } from './log-selection.ts';
import type { RecordListener } from './record-feed.ts';
import { EVENT_STREAM, EVENTS, NDJSON, recordLine } from './record-form.ts';

/** An event, as examples show it. */
export const EXAMPLE_EVENT = {
  seq: 4,
  time: 1_763_770_000.5,
  event: 'spawn',
  name: 'shop.web',
  pid: 1,
  os_pid: 25_715,
  slot: 1,
  once: false,
} as const;

/** What happens, as it happens. */
export const EVENT_OPERATIONS: Paths = {
  '/events': {
    GET: {
      id: 'events',
      need: { words: 'manage all; read job or read session, for theirs', of: needOfEvents },
      summary: 'Every event from now on, or from a position on; a JSON object on a line each',
      query: {
        since: word('behind this event: its `seq`, better with the `x-gaffer-run` that it was told with, `42@5f3c9a01`'),
        session: word('only those of this session'),
        job: word('only those of this job, by its full name'),
        pattern: word('only those with a name like this or below it: `exit`, `job.shop`, `job.shop.web.exit`'),
        ...feedQuery('`continuous`'),
      },
      success: {
        status: 200,
        description:
          'goes on until one side ends it; the first event is the next after `x-gaffer-seq`, and `x-gaffer-run` names the run of the node. An event source goes on where it was (`Last-Event-ID`)',
        type: NDJSON,
        schema: TEXT,
        example: recordLine(EXAMPLE_EVENT),
        also: { [EVENT_STREAM]: { schema: TEXT, example: EVENTS.record(EXAMPLE_EVENT, { event: 'spawn', id: '4@5f3c9a01' }) } },
      },
      errors: ['events_gone'],
      answer: events,
    },
  },
};

async function events(call: Call): Promise<Answer> {
  const pattern = new EventPattern(call.query['pattern'] ?? '.');
  const scope = scopeOf(call);
  return eventFeed(call, {
    kind: feedKindOf(call) ?? 'continuous',
    until: 'some',
    tell: (entry, id, listener) => tell({ pattern, scope }, { entry, id, listener }),
  });
}

/** All of them, or what is told of somebody in the log too. */
async function needOfEvents(call: Call): Promise<Need> {
  const scope = scopeOf(call);
  const isOfAll = scope.session === undefined && scope.job === undefined;
  return isOfAll ? { kind: 'right', right: 'manage', target: { kind: 'all' } } : await needToRead(call, scope);
}

interface EventChoice {
  readonly pattern: EventPattern;
  readonly scope: LogSelection;
}

interface Telling {
  readonly entry: EventEntry;
  readonly id: string | undefined;
  readonly listener: RecordListener;
}

function tell(choice: EventChoice, { entry, id, listener }: Telling): void {
  if (entry.kind !== 'event' || isMeant(entry.event, choice)) {
    listener.tell(logRecord(entry), { event: entry.kind === 'event' ? entry.event.type : entry.kind, id });
  } else if (id !== undefined) {
    listener.passed(id);
  }
}

function isMeant(event: GafferEvent, { pattern, scope }: EventChoice): boolean {
  if (!isEventSelected(scope, event)) {
    return false;
  }
  const names = pattern.isOld ? [...eventNames(event), ...oldEventNames(event)] : eventNames(event);
  return names.some((name) => pattern.means(name));
}
