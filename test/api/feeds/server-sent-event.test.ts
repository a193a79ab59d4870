import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serverSentEvent } from '../../../src/api/feeds/server-sent-event.ts';
import { EventStreamReader } from '../../support/event-source.ts';

/** Text in which line ends are as likely as other characters. */
const NASTY = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\n', '\r', '\r\n', ':', ' ', '\0', '\ufeff', 'data: ', 'event: x', 'id: 1', '\u2028', 'é', '𝄞'),
    fc.string({ maxLength: 1 }),
  ),
});

const LINE_END = fc.constantFrom('\n', '\r\n');

/** Reads a text in pieces that end anywhere, in the middle of a character too. */
function read(text: string, cuts: readonly number[] = []): EventStreamReader {
  const reader = new EventStreamReader();
  const bytes = Buffer.from(text);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    reader.add(bytes.subarray(start, end));
    start = end;
  }
  return reader;
}

describe('a server-sent event', () => {
  it.each([
    [{ event: 'spawn', id: '4@5f', data: '{}' }, 'event: spawn\nid: 4@5f\ndata: {}\n\n'],
    [{ data: 'a\nb\n' }, 'data: a\ndata: b\ndata: \n\n'],
    [{ data: 'a\r\nb\rc' }, 'data: a\ndata: b\ndata: c\n\n'],
    [{ data: '' }, 'data: \n\n'],
    [{ retryMs: 2000, id: '1' }, 'retry: 2000\nid: 1\n\n'],
    [{ isHeartbeat: true }, ':\n\n'],
    [{ isHeartbeat: true, id: '7' }, ':\nid: 7\n\n'],
  ])('%j is written as %j', (event, text) => {
    expect(serverSentEvent(event)).toBe(text);
    expect(serverSentEvent(event, '\r\n')).toBe(text.replaceAll('\n', '\r\n'));
  });

  it('is read as it was meant, whatever is in it and in whatever pieces it comes', () => {
    const event = fc.record({ event: fc.oneof(fc.constant(undefined), NASTY), id: NASTY, data: NASTY });
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 5 }), LINE_END, fc.array(fc.nat()), (events, lineEnd, cuts) => {
        // an empty comment first: a byte order mark counts at the very beginning only
        const reader = read(`:${lineEnd}${events.map((one) => serverSentEvent(one, lineEnd)).join('')}`, cuts);
        const inOneLine = (text: string): string => text.replace(/[\r\n\0]+/g, ' ');
        expect(reader.events).toEqual(
          events.map((one) => ({
            type: inOneLine(one.event ?? '') || 'message',
            data: one.data.replace(/\r\n|\r/g, '\n'),
            lastEventId: inOneLine(one.id),
          })),
        );
        expect(reader.comments).toEqual(['']);
      }),
    );
  });

  it('without data changes only where the reader is, and when it comes back', () => {
    const reader = read(serverSentEvent({ retryMs: 1500, id: '42@5f' }) + serverSentEvent({ isHeartbeat: true, id: '43@5f' }));
    expect(reader.events).toEqual([]);
    expect([reader.lastEventId, reader.reconnectionTimeMs]).toEqual(['43@5f', 1500]);
  });
});
