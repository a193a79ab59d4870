import { describe, expect, it, vi } from 'vitest';
import { inOrderOfTime, JointBeginning } from '../../../src/cli/nodes/joint-beginning.ts';
import type { LogEntry } from '../../../src/job/log.ts';

const at = (timeMs: number, text = String(timeMs)): LogEntry => ({
  kind: 'output',
  timeMs,
  name: 'shop.web',
  pid: 1,
  slot: 1,
  label: 'out',
  offset: 0,
  data: Buffer.from(text),
});

const textOf = (entry: LogEntry): string => (entry.kind === 'output' ? Buffer.from(entry.data).toString() : entry.kind);

function open(counts: readonly number[]): { readonly joint: JointBeginning; readonly written: string[] } {
  const written: string[] = [];
  return { joint: new JointBeginning(counts, (log, entry) => void written.push(`${log}:${textOf(entry)}`)), written };
}

describe('what several logs begin with', () => {
  it('comes in the order of time', () => {
    const { joint, written } = open([2, 2]);
    for (const [log, timeMs] of [
      [0, 1],
      [0, 4],
      [1, 2],
      [1, 3],
    ] as const) {
      void joint.write(log, at(timeMs));
    }
    expect(written).toEqual(['0:1', '1:2', '1:3', '0:4']);
  });

  it('is kept though its bytes are only lent', () => {
    const { joint, written } = open([1, 1]);
    const lent = Buffer.from('abc');
    void joint.write(0, { ...at(1), data: lent } as LogEntry);
    lent.fill('x');
    void joint.write(1, at(2));
    expect(written).toEqual(['0:abc', '1:2']);
  });

  it('makes what follows wait, until all of it is there', async () => {
    const { joint, written } = open([1, 1]);
    void joint.write(0, at(5));
    const next = joint.write(0, at(6));
    expect(written).toEqual([]);
    void joint.write(1, at(1));
    expect(written).toEqual(['1:1', '0:5']);
    await next;
    expect(written).toEqual(['1:1', '0:5', '0:6']);
    void joint.write(1, at(2));
    expect(written).toEqual(['1:1', '0:5', '0:6', '1:2']);
  });

  it('does not wait for a log that is left', () => {
    const { joint, written } = open([1, 3]);
    void joint.write(0, at(5));
    joint.leave(1);
    expect(written).toEqual(['0:5']);
  });

  it('is nothing where there is nothing', () => {
    const { joint, written } = open([0, 0]);
    void joint.write(1, at(9));
    expect(written).toEqual(['1:9']);
  });

  it('is not waited for for ever', () => {
    vi.useFakeTimers();
    try {
      const { joint, written } = open([1, 1]);
      void joint.write(0, at(5));
      vi.advanceTimersByTime(1000);
      expect(written).toEqual(['0:5']);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the order of several logs', () => {
  const order = (...entries: readonly (readonly [number, LogEntry])[]): readonly string[] =>
    inOrderOfTime(entries.map(([log, entry]) => ({ log, entry }))).map(({ log, entry }) => `${log}:${textOf(entry)}`);

  it.for([
    [
      'is that of time',
      [
        [0, at(3)],
        [1, at(1)],
        [0, at(4)],
        [1, at(9)],
      ],
      ['1:1', '0:3', '0:4', '1:9'],
    ],
    [
      'keeps that of each log though its clock was set back',
      [
        [0, at(5)],
        [0, at(2)],
        [1, at(3)],
      ],
      ['1:3', '0:5', '0:2'],
    ],
    [
      'keeps what has no time behind what came before it',
      [
        [0, at(5)],
        [0, { kind: 'dropped', count: 1 }],
        [1, at(4)],
      ],
      ['1:4', '0:5', '0:dropped'],
    ],
  ] as const)('%s', ([, entries, expected]) => {
    expect(order(...(entries as readonly (readonly [number, LogEntry])[]))).toEqual(expected);
  });
});
