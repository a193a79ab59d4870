import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Liveness } from '../../src/client/liveness.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Lets time pass, and whatever follows from it. */
const pass = async (ms: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(ms);
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
};

/** A ping that only ends when it is given up. */
const never = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('given up')), { once: true }));

const failed = (code: string): Promise<never> => Promise.reject(Object.assign(new Error(code), { code }));

/** Somebody who is watched for a second at a time. */
const watch = (ping: (signal: AbortSignal) => Promise<unknown>) => {
  const asked = vi.fn(ping);
  const onSilence = vi.fn();
  const liveness = new Liveness({ timeoutMs: 1000, ping: asked, onSilence });
  return { liveness, seen: () => ({ pings: asked.mock.calls.length, silent: onSilence.mock.calls.length, timers: vi.getTimerCount() }) };
};

test('what is over soon is not asked', async () => {
  const { liveness, seen } = watch(never);
  await pass(999);
  liveness.end();
  await pass(10_000);
  expect(seen()).toEqual({ pings: 0, silent: 0, timers: 0 });
});

test('who answers is asked again and again', async () => {
  const { liveness, seen } = watch(() => Promise.resolve());
  for (let i = 0; i < 5; i += 1) {
    await pass(1000);
  }
  expect(seen()).toMatchObject({ pings: 5, silent: 0 });
  liveness.end();
  expect(seen()).toMatchObject({ timers: 0 });
});

test('who does not answer in time is told once, and asked no more', async () => {
  const answers = [Promise.resolve()];
  const { seen } = watch((signal) => answers.pop() ?? never(signal));
  await pass(1000);
  await pass(1000);
  await pass(999);
  expect(seen()).toMatchObject({ pings: 2, silent: 0 });
  await pass(1);
  expect(seen()).toEqual({ pings: 2, silent: 1, timers: 0 });
});

test('an end gives up the ping that is under way, and tells nothing', async () => {
  let given: AbortSignal | undefined;
  const { liveness, seen } = watch((signal) => never((given = signal)));
  await pass(1000);
  liveness.end();
  await pass(5000);
  expect(given?.aborted).toBe(true);
  expect(seen()).toEqual({ pings: 1, silent: 0, timers: 0 });
});

test.for([
  ['ECONNREFUSED', 0],
  ['ENOENT', 0],
  ['ECONNRESET', 0],
  ['EMFILE', 0],
  ['EHOSTUNREACH', 1],
  ['ENETUNREACH', 1],
  ['ETIMEDOUT', 1],
] as const)('a ping that fails with %s: told %i times', async ([code, silent]) => {
  const { liveness, seen } = watch(() => failed(code));
  await pass(1000);
  await pass(1000);
  expect(seen()).toMatchObject({ pings: 2 - silent, silent });
  liveness.end();
});
