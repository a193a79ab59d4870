import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GafferEvent } from '../../src/job/event.ts';
import { type EventRecord, eventOfRecord, eventRecord } from '../../src/protocol/event-record.ts';

const head = { seq: 7, timeMs: 1_763_770_000_500, name: 'shop.web' };
const wireHead = { seq: 7, time: 1_763_770_000.5, name: 'shop.web' };
const process = { pid: 3, osPid: 300, slot: 2, committed: false };
const wireProcess = { pid: 3, os_pid: 300, slot: 2, once: false };
const ended = { ...head, type: 'exit', process, requested: false, ranMs: 1500 } as const;
const wireEnded = { ...wireHead, event: 'exit', ...wireProcess, requested: false, ran: 1.5 } as const;

const EVENTS: readonly (readonly [GafferEvent, EventRecord])[] = [
  ...(['load', 'unload', 'stop', 'reload', 'done'] as const).map(
    (type) =>
      [
        { ...head, type },
        { ...wireHead, event: type },
      ] as const,
  ),
  ...(['start', 'update'] as const).map(
    (type) =>
      [
        { ...head, type, target: 3 },
        { ...wireHead, event: type, numprocesses: 3 },
      ] as const,
  ),
  ...(['spawn', 'reap', 'stop_process'] as const).map(
    (type) =>
      [
        { ...head, type, process },
        { ...wireHead, event: type, ...wireProcess },
      ] as const,
  ),
  [
    { ...head, type: 'spawn', process: { ...process, slot: 0, committed: true } },
    { ...wireHead, event: 'spawn', ...wireProcess, slot: 0, once: true },
  ],
  [
    { ...ended, exit: { kind: 'code', code: 3 } },
    { ...wireEnded, exit_status: 3, term_signal: 0 },
  ],
  [
    { ...ended, exit: { kind: 'signal', signal: 'SIGKILL' } },
    { ...wireEnded, exit_status: 0, term_signal: 9 },
  ],
  [
    { ...ended, exit: { kind: 'unknown' } },
    { ...wireEnded, exit_status: -1, term_signal: 0 },
  ],
  [
    { ...ended, exit: { kind: 'not_started', reason: 'command not found: x', code: 127 } },
    { ...wireEnded, exit_status: -1, term_signal: 0, reason: 'command not found: x' },
  ],
  [
    { ...head, type: 'kill', signal: 'SIGHUP', process },
    { ...wireHead, event: 'kill', ...wireProcess, signum: 1 },
  ],
  [
    { ...head, type: 'kill', signal: 'SIGHUP', process: undefined },
    { ...wireHead, event: 'kill', signum: 1 },
  ],
  [
    { ...head, type: 'flap', retry: 1, maxRetry: 5, pauseMs: 7000 },
    { ...wireHead, event: 'flap', retry: 1, max_retry: 5, pause: 7 },
  ],
  [
    { ...head, type: 'give_up', tail: Buffer.from('oh\xff', 'latin1') },
    { ...wireHead, event: 'give_up', tail: 'b2j/' },
  ],
  [
    { ...head, type: 'port_taken', slot: 2, port: 5001 },
    { ...wireHead, event: 'port_taken', slot: 2, port: 5001 },
  ],
];

describe('an event', () => {
  it.each(EVENTS)('%j is sent as %j, and read again', (event, record) => {
    expect(eventRecord(event)).toEqual(record);
    expect(eventOfRecord(JSON.parse(JSON.stringify(record)) as EventRecord)).toEqual(event);
  });

  it('of a type that is not known here is passed over', () => {
    expect(eventOfRecord({ ...wireHead, event: 'invented' as 'load' })).toBeUndefined();
  });

  it('keeps its time to the millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (timeMs) => {
        const { time } = JSON.parse(JSON.stringify(eventRecord({ ...head, type: 'load', timeMs }))) as EventRecord;
        expect(eventOfRecord({ ...wireHead, event: 'load', time })?.timeMs).toBe(timeMs);
      }),
    );
  });
});
