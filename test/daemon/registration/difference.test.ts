import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceOf } from '../../../src/daemon/registration/difference.ts';

const pids = fc.option(
  fc.uniqueArray(fc.integer({ min: 1, max: 8 })).map((list) => new Set(list)),
  { nil: undefined },
);

describe('what a lookupd has to be told of a job', () => {
  it.each<readonly [told: readonly number[] | undefined, now: readonly number[] | undefined, messages: readonly string[]]>([
    [undefined, undefined, []],
    [undefined, [], ['REGISTER_JOB']],
    [undefined, [1, 2], ['REGISTER_JOB', 'REGISTER_PROCESS 1', 'REGISTER_PROCESS 2']],
    [[1, 2], [1, 2], []],
    [
      [1, 2],
      [2, 3],
      ['UNREGISTER_PROCESS 1', 'REGISTER_PROCESS 3'],
    ],
    [[1, 2], undefined, ['UNREGISTER_JOB']],
  ])('knowing %j, where %j is true: %j', (told, now, messages) => {
    const difference = differenceOf('shop.web', told && new Set(told), now && new Set(now));
    expect(difference.map((message) => ('pid' in message ? `${message.type} ${message.pid}` : message.type))).toEqual(messages);
  });

  it('brings it from anything to anything', () => {
    fc.assert(
      fc.property(pids, pids, (told, now) => {
        let known = told && new Set(told);
        for (const message of differenceOf('shop.web', told, now)) {
          if (message.type === 'REGISTER_JOB') {
            expect(known).toBeUndefined();
            known = new Set();
          } else if (message.type === 'UNREGISTER_JOB') {
            known = undefined;
          } else if ('pid' in message && message.type === 'REGISTER_PROCESS') {
            known?.add(message.pid);
          } else if ('pid' in message) {
            expect(known?.delete(message.pid)).toBe(true);
          }
        }
        expect(known).toEqual(now);
      }),
    );
  });
});
