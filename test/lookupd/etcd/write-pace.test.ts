import { expect, test } from 'vitest';
import { WritePace } from '../../../src/lookupd/etcd/write-pace.ts';

const bytes = (count: number) => [{ key: 'k', value: 'x'.repeat(count - 1) }];

function opened(): WritePace {
  return new WritePace({ burstBytes: 1000, bytesPerSecond: 100 });
}

test('a burst is written without a pause, what is more waits until it is earned', () => {
  const pace = opened();
  expect(pace.pauseMs(0)).toBe(0);
  pace.spend(bytes(600), 0);
  pace.spend(bytes(400), 0);
  expect(pace.pauseMs(0)).toBe(0);
  pace.spend(bytes(50), 0);
  expect(pace.pauseMs(0)).toBe(500);
  expect(pace.pauseMs(200)).toBe(300);
  expect(pace.pauseMs(500)).toBe(0);
});

test('one large write is paid for afterwards', () => {
  const pace = opened();
  pace.spend(bytes(3000), 0);
  expect(pace.pauseMs(0)).toBe(20_000);
  expect(pace.pauseMs(20_000)).toBe(0);
});

test('a rest earns one burst, not more', () => {
  const pace = opened();
  pace.spend(bytes(1000), 0);
  expect(pace.pauseMs(3_600_000)).toBe(0);
  pace.spend(bytes(1100), 3_600_000);
  expect(pace.pauseMs(3_600_000)).toBe(1000);
});

test('letters count as the bytes that they take; what is taken away counts little', () => {
  const pace = opened();
  pace.spend([{ key: 'ü'.repeat(500), value: undefined }], 0);
  expect(pace.pauseMs(0)).toBe(0);
  pace.spend([{ key: 'k', value: undefined }], 0);
  expect(pace.pauseMs(0)).toBe(10);
});
