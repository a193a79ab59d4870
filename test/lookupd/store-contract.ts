import { describe, expect, test as plainTest } from 'vitest';
import { JobTable } from '../../src/lookupd/job-table.ts';
import type { NodeEntry } from '../../src/lookupd/node-entry.ts';
import { identityOf } from '../../src/lookupd/node-entry.ts';
import type { TopologyStore } from '../../src/lookupd/store.ts';
import type { LookupEvent } from '../../src/protocol/lookup-event.ts';

/** What a node has told, unless it is said otherwise. */
export function entry(name: string, jobs: Readonly<Record<string, readonly number[]>> = {}, rest: Partial<NodeEntry> = {}): NodeEntry {
  return { name, origin: `http://${name}:5000`, version: '0.1', generation: 1, seq: 1, jobs: JobTable.of(Object.entries(jobs)), ...rest };
}

/** Events in one line each. */
export function lines(events: readonly LookupEvent[]): readonly string[] {
  return events.map((event) => {
    const node = 'node' in event ? event.node : event;
    return [event.event, node.name, ...('job_name' in event ? [event.job_name] : []), ...('pid' in event ? [event.pid] : [])].join(' ');
  });
}

/** What every {@link TopologyStore} does, wherever it keeps what it was told. @param open for one test; closed by it */
export function describeStore(where: string, open: () => Promise<TopologyStore>): void {
  const test = plainTest.extend<{ store: TopologyStore; told: string[] }>({
    store: async ({ task: _ }, use) => {
      const store = await open();
      await use(store);
      await store.close();
    },
    told: async ({ store }, use) => {
      const told: string[] = [];
      store.onEvents((events) => told.push(...lines(events)));
      await use(told);
    },
  });

  describe(where, () => {
    test('answers at once with what a node has told', ({ store }) => {
      store.put(entry('one', { 'shop.web': [7, 3], 'blog.web': [] }));
      store.put(entry('two', { 'shop.web': [1] }));
      const node = (name: string): object => ({ name, origin: `http://${name}:5000`, version: '0.1' });
      expect(store.topology.nodes).toEqual([node('one'), node('two')]);
      expect(store.topology.sourcesOf('shop.web')).toEqual([
        { name: 'one', pids: [3, 7], node_info: node('one') },
        { name: 'two', pids: [1], node_info: node('two') },
      ]);
      expect(store.topology.jobsOf('blog').map(({ name }) => name)).toEqual(['blog.web']);
    });

    test('takes what a node tells instead of what it has told before, and tells what has changed, once', ({ store, told }) => {
      store.put(entry('one', { 'shop.web': [1, 2] }));
      store.put(entry('one', { 'shop.web': [1, 2] }, { seq: 2 }));
      store.put(entry('one', { 'shop.web': [2], 'shop.job': [] }, { seq: 3 }));
      expect(told.filter((line) => !line.startsWith('add_node'))).toEqual([
        'identify one',
        'add_job one shop.web',
        'add_process one shop.web 1',
        'add_process one shop.web 2',
        'remove_process one shop.web 1',
        'add_job one shop.job',
      ]);
    });

    test('lets a newer run of a node take the place of the one before', ({ store, told }) => {
      store.put(entry('one', { 'shop.web': [1] }));
      told.length = 0;
      store.put(entry('one', { 'shop.web': [9] }, { generation: 2, seq: undefined }));
      expect(told.filter((line) => !line.startsWith('add_node'))).toEqual([
        'remove_process one shop.web 1',
        'remove_job one shop.web',
        'remove_node one',
        'identify one',
        'add_job one shop.web',
        'add_process one shop.web 9',
      ]);
      expect(store.topology.sourcesOf('shop.web')[0]?.pids).toEqual([9]);
    });

    test('forgets a node that is gone, and one that it does not know without a word', ({ store, told }) => {
      const one = entry('one', { 'shop.web': [1] });
      store.put(one);
      told.length = 0;
      store.remove(identityOf(one));
      store.remove(identityOf(one));
      expect(told).toEqual(['remove_process one shop.web 1', 'remove_job one shop.web', 'remove_node one']);
      expect(store.topology.nodes).toEqual([]);
      expect(store.topology.jobs).toEqual([]);
    });

    test('keeps nodes of one name at two addresses apart', ({ store }) => {
      store.put(entry('one', { 'shop.web': [1] }));
      store.put(entry('one', { 'shop.web': [2] }, { origin: 'http://elsewhere:5000' }));
      store.remove(identityOf(entry('one')));
      expect(store.topology.sourcesOf('shop.web').map(({ pids }) => pids)).toEqual([[2]]);
    });

    test('tells every listener, and one that has left no more', ({ store, told }) => {
      const others: string[] = [];
      const leave = store.onEvents((events) => others.push(...lines(events)));
      store.put(entry('one'));
      leave();
      store.put(entry('two'));
      expect(others.at(-1)).toBe('identify one');
      expect(told.at(-1)).toBe('identify two');
    });

    test('says when everything is where others can see it', async ({ store }) => {
      store.put(entry('one', { 'shop.web': [1] }));
      await store.settled(5000);
      expect(store.isConnected).toBe(true);
    });

    test('tells nothing any more when it is closed', async ({ store, told }) => {
      await store.close();
      store.put(entry('one'));
      expect(told).toEqual([]);
    });
  });
}
