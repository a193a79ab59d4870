import { describe, expect, it } from 'vitest';
import { readInventory } from '../../src/keeper/inventory.ts';
import type { Answer, KeptProcess } from '../../src/keeper/protocol.ts';
import type { Tail } from '../../src/supervisor/tail.ts';

/** What a stream has written: 30 bytes, of which the first ten were told long ago. */
const WRITTEN = Buffer.from('long past\none\nsecond\nthe third');
const LONG_PAST = 10;

/** What a successor finds of a stream. @param keptFrom where that begins what the keeper has kept of it for itself; what it has sent last are pieces that begin at the others */
function historyOf(keptFrom: number, ...sentFrom: readonly number[]): Tail {
  const tails = WRITTEN.subarray(keptFrom);
  const stream = { stream: 7, label: 'out', offset: WRITTEN.length, hasEnded: false, tail: [[tails.length, 1]] } as const;
  const process: KeptProcess = { id: 1, note: {}, startTime: '1', streams: [stream] };
  const answers: Answer[] = [
    { kind: 'welcome', runId: 'r' },
    { kind: 'processes', bytes: Buffer.from(JSON.stringify([process])) },
    { kind: 'tails', bytes: tails },
  ];
  const replayed = sentFrom.map((offset, index) => ({ stream: 7, offset, timeMs: 1, bytes: WRITTEN.subarray(offset, sentFrom[index + 1]) }));
  return readInventory(answers, replayed).processes[0]!.streams[0]!.history;
}

describe('what a keeper has kept', () => {
  it.each([
    ['begins with a whole line', [LONG_PAST]],
    ['begins within a line', [LONG_PAST + 2, 18]],
    ['is in small pieces', [LONG_PAST, 12, 13, 14, 20]],
  ])('has every byte of what was sent last in its lines: what %s', (_, sentFrom) => {
    for (const keptFrom of [sentFrom[0]!, 25]) {
      const lines = historyOf(keptFrom, ...sentFrom).lines();
      expect(lines[0]?.offset).toBe(sentFrom[0]);
      expect(lines.map(({ data }) => data.toString()).join('')).toBe(WRITTEN.subarray(sentFrom[0]).toString());
    }
  });

  it('has no half lines any more when it is let go of', () => {
    const lines = historyOf(LONG_PAST + 2, LONG_PAST + 2)
      .shortened()
      .lines();
    expect(lines.map(({ data }) => data.toString())).toEqual(['second\n', 'the third']);
  });
});
