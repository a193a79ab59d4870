import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../src/job/log.ts';
import { type LogRecord, logEntryOfRecord, logRecord } from '../../src/protocol/log-record.ts';

function output(data: Uint8Array): LogEntry {
  return { kind: 'output', timeMs: 1_763_770_000_500, name: 'shop.web', pid: 3, slot: 1, label: 'out', offset: 7, data };
}

const WIRE = { time: 1_763_770_000.5, name: 'shop.web', pid: 3, slot: 1, stream: 'out', offset: 7 };

/** As it is on the other side. */
function sent(entry: LogEntry): LogEntry | undefined {
  return logEntryOfRecord(JSON.parse(JSON.stringify(logRecord(entry))) as LogRecord);
}

describe('a piece of output', () => {
  it.each<[string, Uint8Array, object]>([
    ['text', Buffer.from('hello\n'), { data: 'hello\n' }],
    ['text of any letters', Buffer.from('wéb 🐟\u2028\0'), { data: 'wéb 🐟\u2028\0' }],
    ['text with a byte order mark', Buffer.from('\ufeffx'), { data: '\ufeffx' }],
    ['nothing', Buffer.alloc(0), { data: '' }],
    ['bytes that are no text', Buffer.from('\xff\xfe', 'latin1'), { base64: '//4=' }],
    ['half a letter', Buffer.from('é').subarray(0, 1), { base64: 'ww==' }],
    ['the letter that stands for what cannot be read', Buffer.from('\ufffd'), { base64: '77+9' }],
    ['a part of something longer', new Uint8Array([1, 104, 105, 1]).subarray(1, 3), { data: 'hi' }],
  ])('that is %s comes as such', (_, data, expected) => {
    expect(logRecord(output(data))).toEqual({ ...WIRE, ...expected });
  });

  it('loses nothing on its way', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
        ),
        (data) => {
          const entry = sent(output(data));
          expect(entry?.kind === 'output' && Buffer.from(entry.data).equals(data)).toBe(true);
        },
      ),
    );
  });
});

describe('an entry of a log', () => {
  it.each<[LogEntry, LogRecord]>([
    [{ kind: 'dropped', count: 3 }, { dropped: 3 }],
    [
      { kind: 'event', event: { type: 'load', seq: 1, timeMs: 1000, name: 'shop.web' } },
      { seq: 1, time: 1, event: 'load', name: 'shop.web' },
    ],
    [output(Buffer.from('x')), { ...WIRE, data: 'x' }],
  ])('%j is sent as %j, and read again', (entry, record) => {
    expect(logRecord(entry)).toEqual(record);
    expect(sent(entry)).toEqual(entry);
  });

  it('of an event that is not known here is passed over', () => {
    expect(logEntryOfRecord({ seq: 1, time: 1, event: 'invented' as 'load', name: 'x' })).toBeUndefined();
  });
});
