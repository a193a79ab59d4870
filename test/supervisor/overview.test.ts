import { expect } from 'vitest';
import { SESSION, test } from '../support/test-node.ts';

test('the first look tells how busy a process was since its start, the next since the look before', async ({ node }) => {
  await node.loadScript('busy', 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo done; exec sleep 100');
  await node.events.next('spawn');
  await node.log({ session: SESSION, job: 'busy' }).until('done');
  const cpu = async (): Promise<number | 'N/A' | undefined> => (await node.supervisor.overview(SESSION))[0]?.processes[0]?.cpu;
  expect(await cpu()).toBeGreaterThan(1);
  await new Promise((resolve) => setTimeout(resolve, 60)); // a sample is taken every 50 ms at most
  expect(await cpu()).toBeLessThan(50);
});
