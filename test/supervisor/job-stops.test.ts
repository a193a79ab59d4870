import { describe, expect, it, onTestFinished } from 'vitest';
import type { JobConfig } from '../../src/job/config.ts';
import type { JobName } from '../../src/job/name.ts';
import { settle } from '../support/fake-clock.ts';
import { FakeNode } from '../support/fake-node.ts';

type Act = (supervisor: FakeNode['supervisor'], web: JobName, node: FakeNode) => unknown;

/** What a job with the processes 1 and 2 and the committed 3 tells from then on; then every process ends. */
async function toldBy(act: Act, config: Partial<JobConfig> = {}): Promise<readonly string[]> {
  const node = new FakeNode();
  onTestFinished(() => node.supervisor.close());
  const web = await node.load('web', { numprocesses: 2, ...config });
  await node.supervisor.commit(web);
  const before = node.events.all.length;
  const done = act(node.supervisor, web, node);
  await settle();
  await node.endAll();
  await done;
  return node.events.all.slice(before).map((event) => ('process' in event ? `${event.type} ${event.process?.pid ?? ''}` : event.type));
}

const STOPS = ['stop_process 1', 'stop_process 2', 'stop_process 3'];
const EXITS = ['exit 1', 'exit 2', 'exit 3'];
const SLOW_RESTART = { flapping: { attempts: 1, retry_in: 7 } };

describe('a process that is told to stop', () => {
  it.each<[string, Act, readonly string[]]>([
    ['a stop', (node, web) => node.stop(web), ['stop', ...STOPS, ...EXITS]],
    ['an unload', (node, web) => node.unload(web), ['unload', 'stop', ...STOPS, ...EXITS]],
    ['a reload', (node, web) => node.reload(web), ['reload', ...STOPS, ...EXITS]],
    ['a restart', (node, web) => node.restart(web), [...STOPS, ...EXITS]],
    ['an update', (node, web) => node.update(web, { name: 'web', cmd: 'other', numprocesses: 2 }), [...STOPS, 'start', ...EXITS]],
    ['the end of everything', (node) => node.stopAll(), ['stop', ...STOPS, ...EXITS]],
    ['a stop of its own', (node) => node.stopProcess(2), ['stop_process 2', 'exit 1', 'exit 2', 'exit 3']],
    ['a restart of its own', (node) => node.restartProcess(1), ['stop_process 1', ...EXITS]],
    ['two stops', (node, web) => Promise.all([node.stop(web), node.stop(web)]), ['stop', ...STOPS, 'stop', ...EXITS]],
    [
      'a stop of its own and one of its job',
      (node, web) => Promise.all([node.stopProcess(2), node.stop(web)]),
      ['stop_process 2', 'stop', 'stop_process 1', 'stop_process 3', ...EXITS],
    ],
    [
      'scaling and then a stop',
      (node, web) => Promise.all([node.scale(web, { op: '-', n: 1 }), node.stop(web)]),
      ['update', 'reap 1', 'stop', 'stop_process 2', 'stop_process 3', ...EXITS],
    ],
  ])('by %s is told of once, before its end', async (_, act, expected) => {
    const told = await toldBy(act);
    expect(told.filter((text) => !text.startsWith('spawn')).slice(0, expected.length)).toEqual(expected);
  });

  it('because its job fails again and again is told of; the one that has failed was not told anything', async () => {
    const told = await toldBy((_node, _web, fake) => fake.fail(), SLOW_RESTART);
    expect(told).toEqual(['exit 1', 'flap', 'stop_process 2', 'stop_process 3', 'exit 2', 'exit 3']);
  });

  it('in the middle of what is told of the end of another is told of, and that other is not', async () => {
    const told = await toldBy((node, web, fake) => {
      node.onEvent(({ type }) => void (type === 'exit' ? node.stop(web) : undefined));
      fake.children[0]?.exit();
    });
    expect(told.slice(0, 4)).toEqual(['exit 1', 'stop', 'stop_process 2', 'stop_process 3']);
  });

  it('is told of once by a listener that stops it as soon as it hears of that', async () => {
    const told = await toldBy((node, web) => {
      node.onEvent(({ type }) => void (type === 'stop_process' ? node.stop(web) : undefined));
      return node.stopProcess(1);
    });
    expect(told.filter((text) => text.startsWith('stop_process')).toSorted()).toEqual(STOPS);
  });

  it('is not told of when it could not be started', async () => {
    const told = await toldBy(
      (node, web, fake) => {
        fake.children[0]?.exit({ kind: 'not_started', reason: 'no such program', code: 127 });
        return node.stop(web);
      },
      { flapping: false },
    );
    expect(told).toEqual(['exit 1', 'stop', 'stop_process 2', 'stop_process 3', 'exit 2', 'exit 3']);
  });
});
