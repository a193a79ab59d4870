import { describe, expect, it } from 'vitest';
import { parseSignal, signalNumber } from '../../src/job/signal.ts';

describe('a signal', () => {
  it.each(['hup', 'HUP', 'SIGHUP', 'sighup', 1, '1'])('can be written %j', (value) => {
    expect(parseSignal(value)).toBe('SIGHUP');
  });

  it.each(['', 'SIG', 'FOO', 0, -1, 999, 1.5, null, undefined, {}, 'toString', '__proto__'])('is not %j', (value) => {
    expect(() => parseSignal(value)).toThrow(/expected a signal/);
  });

  it.each([
    ['SIGHUP', 1],
    ['SIGINT', 2],
    ['SIGKILL', 9],
    ['SIGTERM', 15],
  ] as const)('%s has number %i', (name, number) => {
    expect(signalNumber(name)).toBe(number);
    expect(parseSignal(number)).toBe(name);
  });
});
