import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readRecords } from '../../src/client/record-reader.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const read = async (stream: PassThrough, listener: (record: unknown) => unknown = () => undefined): Promise<string> => {
  await readRecords(stream, listener, { silenceMs: 1000 });
  return 'over';
};

/** Lets everything happen that waits for no clock. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a stream that is silent for too long is over', async () => {
  const stream = new PassThrough();
  const over = read(stream);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await over).toBe('over');
  expect(stream.destroyed).toBe(true);
});

test('empty lines break the silence, and are no records', async () => {
  const stream = new PassThrough();
  const records: unknown[] = [];
  const over = read(stream, (record) => records.push(record));
  for (const line of ['\n', '\n', '{"a":1}\n']) {
    await vi.advanceTimersByTimeAsync(900);
    stream.write(line);
    await settled();
  }
  expect({ records, isOver: stream.destroyed }).toEqual({ records: [{ a: 1 }], isOver: false });
  stream.end();
  expect(await over).toBe('over');
  expect(vi.getTimerCount()).toBe(0);
});

test('while somebody still deals with a record it is not the other side that is silent', async () => {
  const stream = new PassThrough();
  let done: () => void = () => undefined;
  const over = read(stream, () => new Promise<void>((resolve) => (done = resolve)));
  stream.write('{}\n');
  await settled();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(stream.destroyed).toBe(false);
  done();
  await settled();
  await vi.advanceTimersByTimeAsync(1000);
  expect(await over).toBe('over');
});
