import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { GafferEvent } from '../../../src/job/event.ts';
import type { GafferNode } from '../../../src/job/node.ts';
import { EventListeners } from '../../../src/plugin/worker/event-listeners.ts';

type Listener = Parameters<GafferNode['followEvents']>[1];

const event = (seq: number, type = 'start'): GafferEvent => ({ type, name: 'shop.web', seq, atMs: 0 }) as unknown as GafferEvent;

describe('the listeners of a plugin', () => {
  let told: Listener[] = [];
  let from: unknown[] = [];
  let refused: Error | undefined;
  let said: string[] = [];
  const log = { debug: vi.fn(), info: vi.fn(), warning: (line: string) => said.push(line), error: (line: string) => said.push(line) };
  const node: Pick<GafferNode, 'followEvents'> = {
    followEvents: (position, listener) => {
      from.push(position);
      if (refused !== undefined) {
        return Promise.reject(refused);
      }
      told.push(listener);
      return Promise.resolve({ from: { run: 'a', seq: 7 }, end: () => undefined });
    },
  };

  beforeEach(() => {
    [told, from, refused, said] = [[], [], undefined, []];
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    return () => vi.useRealTimers();
  });

  it('hear what they have named, over one following', async () => {
    const listeners = new EventListeners(node, log);
    const heard: string[] = [];
    const ends = await Promise.all(
      ['start', 'job.shop', '.', 'job.blog', 'stop'].map((name) => listeners.add(name, ({ seq }) => void heard.push(`${name} ${seq}`))),
    );
    told[0]?.({ kind: 'event', event: event(8) });
    expect([heard, told.length]).toEqual([['start 8', 'job.shop 8', '. 8'], 1]);
    ends[0]?.();
    ends[2]?.();
    told[0]?.({ kind: 'event', event: event(9) });
    expect(heard.slice(3)).toEqual(['job.shop 9']);
  });

  it('go on where they were when the following is broken off, and say what they have missed', async () => {
    const listeners = new EventListeners(node, log);
    await listeners.add('.', () => undefined);
    told[0]?.({ kind: 'event', event: event(9) });
    told[0]?.({ kind: 'dropped', count: 3 } as never);
    told[0]?.({ kind: 'end' });
    await vi.advanceTimersByTimeAsync(100);
    expect([from, said]).toEqual([[undefined, { run: 'a', seq: 9 }], ['3 events were missed: the plugin was too slow']]);
    refused = new Error('too long ago');
    told[1]?.({ kind: 'end' });
    await vi.advanceTimersByTimeAsync(100);
    expect([from[3], said.slice(1)]).toEqual([undefined, ['events were missed: too long ago', 'no more events are heard: too long ago']]);
  });

  it('are heard once the node can be asked, when it could not at first', async () => {
    const listeners = new EventListeners(node, log);
    const heard: number[] = [];
    refused = new Error('not there');
    await expect(listeners.add('.', ({ seq }) => void heard.push(seq))).rejects.toThrow('not there');
    refused = undefined;
    await listeners.add('.', ({ seq }) => void heard.push(-seq));
    told[0]?.({ kind: 'event', event: event(8) });
    expect(heard).toEqual([-8]);
  });

  it('fail alone', async () => {
    const listeners = new EventListeners(node, log);
    const heard: number[] = [];
    await listeners.add('.', () => {
      throw new Error('one');
    });
    await listeners.add('.', () => Promise.reject(new Error('two')));
    await listeners.add('.', ({ seq }) => void heard.push(seq));
    told[0]?.({ kind: 'event', event: event(8) });
    await vi.advanceTimersByTimeAsync(0);
    expect(heard).toEqual([8]);
    expect(said.map((line) => line.split('\n')[0])).toEqual([
      'a listener failed at the event start of shop.web: Error: one',
      'a listener failed at the event start of shop.web: Error: two',
    ]);
  });
});
