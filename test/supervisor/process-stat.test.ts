import { describe, expect, it } from 'vitest';
import { parseProcessStat } from '../../src/supervisor/process-stat.ts';

const NUMBERS = '4 5 6 0 -1 4194304 185 12 0 0 140 15 1600 17 20 0 1 0 22000 2990080 414 18446744073709551615 1 1 0';

describe('what /proc/PID/stat says', () => {
  it.each(['sleep', 'a b', ') S 1 2 3 (', '((', 'S'])('is read behind the name "%s"', (name) => {
    expect(parseProcessStat(7, Buffer.from(`7 (${name}) R ${NUMBERS}\n`))).toEqual({
      pid: 7,
      state: 'R',
      parent: 4,
      group: 5,
      session: 6,
      startTime: '22000',
      cpuTicks: 155,
      waitedTicks: 1617,
      vszBytes: 2_990_080,
      rssPages: 414,
    });
  });

  it('can be negative where there is none', () => {
    expect(parseProcessStat(7, Buffer.from('7 (kernel) I 2 0 0 0 -1 0'))).toMatchObject({ group: 0, session: 0, cpuTicks: 0, rssPages: 0 });
    expect(parseProcessStat(7, Buffer.from(`7 (x) S -4 ${NUMBERS.slice(2)}`))).toMatchObject({ parent: -4, group: 5 });
  });
});
