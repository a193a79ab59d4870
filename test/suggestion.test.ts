import { describe, expect, it } from 'vitest';
import { closest, didYouMean } from '../src/suggestion.ts';

describe('the nearest word', () => {
  it.each([
    ['wbe', 'web'],
    ['we', 'web'],
    ['Web', 'web'],
    ['workr', 'worker'],
    ['wroker', 'worker'],
    ['numproceses', 'numprocesses'],
    ['graceful-timeout', 'graceful_timeout'],
    ['work', 'worker'],
    ['numpro', 'numprocesses'],
    ['wor', undefined],
    ['clock', undefined],
    ['x', undefined],
    ['', undefined],
    ['__proto__', undefined],
  ])('to %j is %j', (word, candidate) => {
    expect(closest(word, ['web', 'worker', 'numprocesses', 'graceful_timeout'])).toBe(candidate);
  });

  it('is rather one that begins so than one that is mistyped so', () => {
    expect(closest('stat', ['start', 'status'])).toBe('status');
  });

  it('is the first of those that are equally near', () => {
    expect(closest('wab', ['web', 'wob'])).toBe('web');
  });

  it('is proposed behind a message', () => {
    expect(didYouMean('wbe', ['web'])).toBe('; did you mean "web"?');
    expect(didYouMean('wbe', [])).toBe('');
  });
});
