import { expect, it } from 'vitest';
import { Inventory } from '../../../src/daemon/registration/inventory.ts';
import { EventMaker } from './rig.ts';

const SHOP = 'shop.web';

it.each<readonly [title: string, events: readonly string[], after: Record<string, number[]>, last: string | undefined]>([
  ['a job that is loaded is one without processes', [`load ${SHOP}`], { [SHOP]: [] }, SHOP],
  ['a process that starts belongs to its job', [`load ${SHOP}`, `spawn ${SHOP} 1`, `spawn ${SHOP} 2`], { [SHOP]: [1, 2] }, SHOP],
  ['one that is told to end does not count any more', [`load ${SHOP}`, `spawn ${SHOP} 1`, `stop_process ${SHOP} 1`], { [SHOP]: [] }, SHOP],
  [
    'that it has ended then is nothing new',
    [`load ${SHOP}`, `spawn ${SHOP} 1`, `stop_process ${SHOP} 1`, `exit ${SHOP} 1`],
    { [SHOP]: [] },
    undefined,
  ],
  ['one that ends by itself is gone', [`load ${SHOP}`, `spawn ${SHOP} 1`, `spawn ${SHOP} 2`, `exit ${SHOP} 1`], { [SHOP]: [2] }, SHOP],
  ['a job that is unloaded takes its processes with it', [`load ${SHOP}`, `spawn ${SHOP} 1`, `unload ${SHOP}`], {}, SHOP],
  ['what its processes do then is nothing new', [`load ${SHOP}`, `spawn ${SHOP} 1`, `unload ${SHOP}`, `exit ${SHOP} 1`], {}, undefined],
  [
    'nor is it where the job is loaded anew',
    [`load ${SHOP}`, `spawn ${SHOP} 1`, `unload ${SHOP}`, `load ${SHOP}`, `exit ${SHOP} 1`],
    { [SHOP]: [] },
    undefined,
  ],
  ['other events change nothing', [`load ${SHOP}`, `start ${SHOP}`], { [SHOP]: [] }, undefined],
])('%s', (_, events, after, last) => {
  const inventory = new Inventory();
  const maker = new EventMaker();
  const changed = events.map((words) => inventory.note(maker.of(words)));
  expect(Object.fromEntries([...inventory.jobs].map(([name, pids]) => [name, [...pids]]))).toEqual(after);
  expect(changed.at(-1)).toBe(last);
  expect(inventory.seq).toBe(events.length);
});
