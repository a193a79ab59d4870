import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Patience } from '../../src/client/patience.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Lets happen what comes after timers. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('it is over once when nothing is heard', async () => {
  const onOver = vi.fn();
  const patience = new Patience(1000, onOver);
  vi.advanceTimersByTime(999);
  await settled();
  expect([patience.isOver, onOver.mock.calls.length]).toEqual([false, 0]);
  vi.advanceTimersByTime(1);
  await settled();
  vi.advanceTimersByTime(5000);
  await settled();
  expect([patience.isOver, onOver.mock.calls.length]).toEqual([true, 1]);
});

test('it begins anew with whatever is heard', async () => {
  const patience = new Patience(1000, () => undefined);
  for (let i = 0; i < 3; i += 1) {
    vi.advanceTimersByTime(900);
    patience.heard();
  }
  await settled();
  expect(patience.isOver).toBe(false);
  vi.advanceTimersByTime(1000);
  await settled();
  expect(patience.isOver).toBe(true);
});

test('what has come while this process was stopped is heard first', async () => {
  const patience = new Patience(1000, () => undefined);
  vi.advanceTimersByTime(60_000);
  patience.heard();
  await settled();
  expect(patience.isOver).toBe(false);
  vi.advanceTimersByTime(60_000);
  patience.end();
  await settled();
  expect([patience.isOver, vi.getTimerCount()]).toEqual([false, 0]);
});

test('it does not end when nobody listens any more', async () => {
  const onOver = vi.fn();
  new Patience(1000, onOver).end();
  vi.advanceTimersByTime(1000);
  await settled();
  expect([onOver.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0]);
});
