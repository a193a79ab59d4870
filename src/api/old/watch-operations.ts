import { logRecord } from '../../protocol/log-record.ts';
import { watchedEvents, watchPatterns } from '../../protocol/old-watch.ts';
import { eventFeed } from '../feeds/event-following.ts';
import { feedKindOf, feedQuery } from '../feeds/feed-kind.ts';
import { EVENT_STREAM, OLD_EVENTS } from '../feeds/record-form.ts';
import { type Answer, type Call, type Operation, type Paths, word } from '../operation.ts';
import { TEXT } from '../schemas.ts';

const EXAMPLE = {
  seq: 4,
  time: 1_763_770_000.5,
  event: 'proc.web.spawn',
  name: 'web',
  pid: 1,
  os_pid: 25_715,
  slot: 1,
  once: false,
  detached: false,
};

/** Events under their names of 0.4. */
export const WATCH_OPERATIONS: Paths = {
  '/watch': { GET: watch('watch', 'The next event under its name of 0.4, or all from now on') },
  '/watch/:type': { GET: watch('watchType', 'The same of one type: `start`, `stop`, `create`, `update`, `delete`') },
  '/watch/:proc/:template': { GET: watch('watchTemplate', 'The same of one template, `/watch/proc/web`') },
  '/watch/:proc/:template/:type': {
    GET: watch('watchTemplateType', 'The same of one template and type: `start`, `stop`, `spawn`, `reap`, `exit`, `stop_pid`'),
  },
};

function watch(id: string, summary: string): Operation {
  return {
    id,
    need: 'manage all',
    summary,
    query: {
      ...feedQuery('`longpoll`'),
      since: word('behind this event: its `seq`, better with the `x-gaffer-run` that it was told with, `42@5f3c9a01`'),
    },
    success: {
      status: 200,
      description: 'a JSON object on a line each: one, or all that follow; for each of its names an event is told once',
      schema: { type: 'object' },
      example: EXAMPLE,
      also: { [EVENT_STREAM]: { schema: TEXT, example: OLD_EVENTS.record(EXAMPLE, { event: EXAMPLE.event, id: '4@5f3c9a01' }) } },
    },
    errors: ['events_gone', ...(id === 'watch' ? [] : (['bad_event_type'] as const))],
    answer: watched,
  };
}

async function watched(call: Call): Promise<Answer> {
  const { proc, template, type } = call.params;
  const patterns = watchPatterns([proc, template, type].filter((part) => part !== undefined));
  return eventFeed(call, {
    kind: feedKindOf(call) ?? 'longpoll',
    forms: 'old',
    until: 'first',
    tell: (entry, id, listener) => {
      if (entry.kind !== 'event') {
        listener.tell(logRecord(entry), { event: entry.kind });
        return;
      }
      const events = watchedEvents(entry.event, patterns);
      for (const [index, event] of events.entries()) {
        listener.tell(event, { event: event.event, id: index === events.length - 1 ? id : undefined });
      }
      if (events.length === 0 && id !== undefined) {
        listener.passed(id);
      }
    },
  });
}
