import { expect, it } from 'vitest';
import { LoadBatch } from '../../src/daemon/load-batch.ts';
import type { StoredJob } from '../../src/daemon/stored-job.ts';

function job(name: string, cmd = 'x'): StoredJob {
  return { session: 'test', name, config: { name, cmd }, target: undefined, stopped: false };
}

it('keeps what has come together in one go, before the first is begun', async () => {
  const batch = new LoadBatch();
  const seen: unknown[] = [];
  const loads = ['a', 'b'].map((name) =>
    batch.add(job(name), async () => {
      seen.push(`load ${name}`);
    }),
  );
  expect(batch.isEmpty).toBe(false);
  batch.begin(
    () => false,
    (jobs) => seen.push(jobs.map(({ name }) => name)),
  );
  await Promise.all(loads);
  expect(seen).toEqual([['a', 'b'], 'load a', 'load b']);
  expect(batch.isEmpty).toBe(true);
});

it('keeps the first of one name, and none that is loaded already; what the node says is told', async () => {
  const batch = new LoadBatch();
  const kept: StoredJob[] = [];
  const loads = [job('a', 'first'), job('a', 'second'), job('loaded')].map((one, index) =>
    batch.add(one, async () => {
      if (index > 0) {
        throw new Error('it is there already');
      }
    }),
  );
  batch.begin(
    ({ name }) => name === 'loaded',
    (jobs) => kept.push(...jobs),
  );
  expect((await Promise.allSettled(loads)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(kept).toEqual([job('a', 'first')]);
});

it('begins nothing that could not be kept', async () => {
  const batch = new LoadBatch();
  let begun = 0;
  const loads = ['a', 'b'].map((name) =>
    batch.add(job(name), async () => {
      begun += 1;
    }),
  );
  batch.begin(
    () => false,
    () => {
      throw new Error('the disk is full');
    },
  );
  await expect(Promise.all(loads)).rejects.toThrow('the disk is full');
  await expect(loads[1]).rejects.toThrow('the disk is full');
  expect(begun).toBe(0);
});
