import { describe, expect, it } from 'vitest';
import { formatJobName } from '../../src/job/name.ts';
import { jobsOfOldName } from '../../src/protocol/old-name.ts';

describe('a name of 0.4', () => {
  it.each([
    ['web', ['default.web']],
    ['shop:web', ['shop.web', 'default.shop:web']],
    ['shop:web:1', ['shop.web:1', 'default.shop:web:1']],
    ['shop.web', ['default.shop.web', 'shop.web']],
    ['shop:web.1', ['shop.web.1', 'default.shop:web.1', 'shop:web.1']],
    [':web', ['default.:web']],
  ])('%s can mean %j', (text, names) => {
    expect(jobsOfOldName(text).map(formatJobName)).toEqual(names);
  });
});
