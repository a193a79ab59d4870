import { describe, expect, it } from 'vitest';
import type { GafferEvent, ProcessRef } from '../../src/job/event.ts';
import { isOfTopic, parseTopic } from '../../src/protocol/topic.ts';

describe('a topic', () => {
  it.each([
    { text: 'EVENTS', topic: { kind: 'events' } },
    { text: 'events', topic: { kind: 'events' } },
    { text: 'JOB:shop.web', topic: { kind: 'job', job: { session: 'shop', job: 'web' } } },
    { text: 'job:Shop.Web', topic: { kind: 'job', job: { session: 'Shop', job: 'Web' } } },
    { text: 'JOB:a.b.c', topic: { kind: 'job', job: { session: 'a', job: 'b.c' } } },
    { text: 'JOB:a:b', topic: { kind: 'job', job: { session: 'default', job: 'a:b' } } },
    { text: 'PROCESS:3', topic: { kind: 'process', pid: 3 } },
    { text: 'STATS:3', topic: { kind: 'process_stats', pid: 3 } },
    { text: 'STATS:web', topic: { kind: 'job_stats', job: { session: 'default', job: 'web' } } },
    { text: 'STREAM:3', topic: { kind: 'stream', pid: 3, label: undefined } },
    { text: 'Stream:3.err', topic: { kind: 'stream', pid: 3, label: 'err' } },
    { text: 'STREAM:3.a.b', topic: { kind: 'stream', pid: 3, label: 'a.b' } },
  ])('is read from "$text"', ({ text, topic }) => {
    expect(parseTopic(text)).toEqual(topic);
  });

  it.each(['', 'EVENTS:x', 'JOB', 'JOB:', 'PROCESS:web', 'PROCESS:-1', 'STATS', 'STATS:', 'STREAM:web', 'STREAM:3.', 'NEWS', ':'])(
    'is not "%s"',
    (text) => {
      expect(() => parseTopic(text)).toThrow(expect.objectContaining({ code: 'invalid_topic' }));
    },
  );

  it.each(['JOB:.web', 'STATS:shop.'])('needs a whole job name: "%s"', (text) => {
    expect(() => parseTopic(text)).toThrow(/expected a job name/);
  });
});

describe('an event', () => {
  const process: ProcessRef = { pid: 3, osPid: 4711, slot: 1, committed: false };
  const when = { seq: 1, timeMs: 0 };
  const load: GafferEvent = { type: 'load', name: 'shop.web', ...when };
  const spawn: GafferEvent = { type: 'spawn', name: 'shop.web', process, ...when };
  const killAll: GafferEvent = { type: 'kill', name: 'shop.web', signal: 'SIGHUP', process: undefined, ...when };

  it.each([
    { event: load, topic: 'EVENTS', belongs: true },
    { event: load, topic: 'JOB:shop.web', belongs: true },
    { event: load, topic: 'JOB:shop.worker', belongs: false },
    { event: load, topic: 'PROCESS:3', belongs: false },
    { event: spawn, topic: 'PROCESS:3', belongs: true },
    { event: spawn, topic: 'PROCESS:4', belongs: false },
    { event: killAll, topic: 'PROCESS:3', belongs: false },
    { event: spawn, topic: 'STATS:3', belongs: false },
    { event: spawn, topic: 'STATS:shop.web', belongs: false },
    { event: spawn, topic: 'STREAM:3', belongs: false },
  ])('$event.type belongs to $topic: $belongs', ({ event, topic, belongs }) => {
    expect(isOfTopic(event, parseTopic(topic))).toBe(belongs);
  });
});
