import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogProgress } from '../../src/client/log-progress.ts';
import type { LogEntry } from '../../src/job/log.ts';

function output(text: string, offset: number, more: { readonly pid?: number; readonly timeMs?: number } = {}): LogEntry {
  return { kind: 'output', timeMs: 1000, name: 'shop.web', pid: 1, slot: 1, label: 'out', offset, data: Buffer.from(text), ...more };
}

function event(seq: number, type: 'load' | 'spawn' = 'load', pid = 1): LogEntry {
  const head = { seq, timeMs: 1000, name: 'shop.web' };
  return {
    kind: 'event',
    event: type === 'load' ? { ...head, type } : { ...head, type, process: { pid, osPid: 100 + pid, slot: 1, committed: false } },
  };
}

/** What is told of entries: numbers of events, texts, and what is missing before them. */
function told(progress: LogProgress, entries: readonly LogEntry[]): (string | number)[] {
  return entries.flatMap((one) => {
    const { entry, missing } = progress.news(one);
    const news = entry?.kind === 'event' ? [entry.event.seq] : entry?.kind === 'output' ? [String(Buffer.from(entry.data))] : [];
    return [...(missing > 0 ? [`(${missing} missing)`] : []), ...news];
  });
}

describe('a log that is read again', () => {
  it('tells everything at first', () => {
    const progress = new LogProgress();
    expect(progress.begin({ seq: 9, run: 'a' })).toBe('first');
    expect(told(progress, [event(3), output('one\n', 100), event(9), output('two\n', 104)])).toEqual([3, 'one\n', 9, 'two\n']);
  });

  it('tells of the same run only what is news, and a line that was begun from where it was', () => {
    const progress = new LogProgress();
    progress.begin({ seq: 3, run: 'a' });
    told(progress, [event(4), output('one\ntw', 0)]);
    expect(progress.begin({ seq: 9, run: 'a' })).toBe('same run');
    expect(told(progress, [event(3), event(4), output('one\n', 0), output('two\n', 4), event(5), output('three', 8)])).toEqual(['o\n', 5, 'three']);
  });

  it('tells how much is not kept any more', () => {
    const progress = new LogProgress();
    progress.begin({ seq: 1, run: 'a' });
    told(progress, [output('one\n', 0)]);
    progress.begin({ seq: 1, run: 'a' });
    expect(told(progress, [output('nine\n', 30)])).toEqual(['(26 missing)', 'nine\n']);
  });

  it('does not tell twice what was left out for a slow reader', () => {
    const progress = new LogProgress();
    progress.begin({ seq: 1, run: 'a' });
    expect(told(progress, [output('one\n', 0), { kind: 'dropped', count: 7 }, output('nine\n', 30)])).toEqual(['one\n', 'nine\n']);
  });

  it('tells nothing of what was older than the beginning and not asked for', () => {
    const progress = new LogProgress();
    progress.sawBefore(event(2));
    progress.begin({ seq: 2, run: 'a' });
    progress.begin({ seq: 2, run: 'a' });
    expect(told(progress, [event(1), event(2), output('old\n', 0, { pid: 7, timeMs: 1000 }), output('new\n', 4, { pid: 7, timeMs: 1001 })])).toEqual([
      'new\n',
    ]);
  });

  it('tells all of a process that has started meanwhile', () => {
    const progress = new LogProgress();
    progress.sawBefore(event(2));
    progress.begin({ seq: 2, run: 'a' });
    progress.begin({ seq: 3, run: 'a' });
    expect(told(progress, [event(3, 'spawn', 8), output('late\n', 5, { pid: 8 })])).toEqual([3, '(5 missing)', 'late\n']);
  });

  it('tells everything of another run, whose numbers are the same', () => {
    const progress = new LogProgress();
    progress.begin({ seq: 5, run: 'a' });
    told(progress, [event(6, 'spawn'), output('one\n', 0)]);
    expect(progress.begin({ seq: 2, run: 'b' })).toBe('another run');
    expect(told(progress, [event(1), event(2, 'spawn'), output('on', 0)])).toEqual([1, 2, 'on']);
    expect(progress.begin({ seq: 2, run: 'b' })).toBe('same run');
    expect(told(progress, [event(1), event(2, 'spawn'), output('one\n', 0), event(3)])).toEqual(['e\n', 3]);
  });

  it('tells each byte once, wherever it was cut and however far back it is told again', () => {
    const text = Array.from({ length: 60 }, (_, index) => `line ${index}\n`).join('');
    const cuts = fc.array(fc.record({ back: fc.nat(text.length), size: fc.integer({ min: 1, max: 40 }), pieces: fc.nat(8) }), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (connections) => {
        const progress = new LogProgress();
        let seen = '';
        for (const { back, size, pieces } of [...connections, { back: text.length, size: 40, pieces: text.length }]) {
          progress.begin({ seq: 0, run: 'a' });
          let at = Math.max(0, seen.length - back);
          for (let piece = 0; piece < pieces && at < text.length; piece += 1) {
            seen += told(progress, [output(text.slice(at, at + size), at)]).join('');
            at += size;
          }
        }
        expect(seen).toBe(text);
      }),
    );
  });
});
