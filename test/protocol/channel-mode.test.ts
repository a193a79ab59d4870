import { expect, it } from 'vitest';
import { parseChannelMode } from '../../src/protocol/channel-mode.ts';

it.each([
  [null, { reads: true, writes: true }],
  ['', { reads: true, writes: true }],
  ['1', { reads: true, writes: false }],
  ['2', { reads: false, writes: true }],
  ['3', { reads: true, writes: true }],
])('the mode %j', (text, mode) => {
  expect(parseChannelMode(text)).toEqual(mode);
});

it.each([['0'], ['4'], ['-1'], ['x'], ['1.5'], ['NaN']])('%s is no mode', (text) => {
  expect(() => parseChannelMode(text)).toThrow(`mode: expected 1 (read), 2 (write) or 3 (both), got "${text}"`);
});
