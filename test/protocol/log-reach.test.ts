import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GafferEvent } from '../../src/job/event.ts';
import { formatLogReach, isBehind, parseLogReach } from '../../src/protocol/log-reach.ts';

const REACH = { position: { seq: 42, run: '5f3c' }, outputs: [{ pid: 1, label: 'out', offset: 10 }] };

describe('how far a log was read', () => {
  it('is said in one word', () => {
    expect(formatLogReach(REACH)).toBe('42@5f3c;1:out:10');
    expect(parseLogReach('42@5f3c;1:out:10')).toEqual(REACH);
    expect(parseLogReach('7')).toEqual({ position: { seq: 7, run: undefined }, outputs: [] });
  });

  it('is read as it was written, whatever outputs are called', () => {
    const output = fc.record({ pid: fc.nat(), label: fc.string({ unit: 'grapheme', minLength: 1 }), offset: fc.nat() });
    fc.assert(
      fc.property(fc.array(output), (outputs) => {
        const reach = { ...REACH, outputs };
        expect(parseLogReach(formatLogReach(reach))).toEqual(reach);
      }),
    );
  });

  it.each(['', 'x', '42@5f3c;', '42@5f3c;1:out', '42@5f3c;a:out:1', '42@5f3c;1:%:1'])('is not "%s"', (text) => {
    expect(() => parseLogReach(text)).toThrow(expect.objectContaining({ code: 'bad_request' }) as Error);
  });

  it('leaves only what is behind', () => {
    const isNews = isBehind(REACH);
    const output = (offset: number, length: number, pid = 1) =>
      ({ kind: 'output', timeMs: 0, name: 'a.b', pid, slot: 1, label: 'out', offset, data: new Uint8Array(length) }) as const;
    const event = (seq: number) => ({ kind: 'event', event: { seq } as GafferEvent }) as const;
    expect([output(0, 10), output(5, 5), output(5, 6), output(10, 1), output(0, 1, 2)].map(isNews)).toEqual([false, false, true, true, true]);
    expect([event(42), event(43), { kind: 'dropped', count: 1 } as const].map(isNews)).toEqual([false, true, true]);
  });
});
