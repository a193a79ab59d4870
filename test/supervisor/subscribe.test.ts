import { describe, expect, onTestFinished, test as plainTest } from 'vitest';
import { subscribe, type TopicMessage } from '../../src/supervisor/subscribe.ts';
import { settle } from '../support/fake-clock.ts';
import { FakeNode } from '../support/fake-node.ts';
import { becomes } from '../support/processes.ts';
import { named, test } from '../support/test-node.ts';

function fakeNode(): FakeNode {
  const node = new FakeNode();
  onTestFinished(() => node.supervisor.close());
  return node;
}

/** What a subscription has delivered, in short. */
function shortly(messages: readonly TopicMessage[]): string[] {
  return messages.map((message) => {
    switch (message.kind) {
      case 'event':
        return `${message.event.type} ${message.event.name}`;
      case 'stats':
        return `stats ${message.name} ${message.pid}`;
      case 'output':
        return `output ${message.pid} ${Buffer.from(message.chunk).toString()}`;
    }
  });
}

describe('a subscription', () => {
  plainTest('to EVENTS gets all from now on, until it ends', async () => {
    const node = fakeNode();
    await node.load('before');
    const messages: TopicMessage[] = [];
    const end = await subscribe(node.supervisor, 'EVENTS', (message) => messages.push(message));
    await node.load('web');
    end();
    await node.load('after');
    expect(shortly(messages)).toEqual(['load test.web', 'start test.web', 'spawn test.web']);
  });

  plainTest("to a job gets that job's alone", async () => {
    const node = fakeNode();
    await node.load('web', { flapping: false });
    await node.load('worker', { flapping: false });
    const messages: TopicMessage[] = [];
    await subscribe(node.supervisor, 'JOB:test.web', (message) => messages.push(message));
    node.children[1]?.exit();
    node.children[0]?.exit();
    await settle();
    expect(shortly(messages)).toEqual(['exit test.web', 'spawn test.web']);
  });

  plainTest("to a process gets that process's alone", async () => {
    const node = fakeNode();
    await node.load('web', { numprocesses: 2, flapping: false });
    const messages: TopicMessage[] = [];
    await subscribe(node.supervisor, 'PROCESS:2', (message) => messages.push(message));
    await node.supervisor.signalProcess(1, 'SIGHUP');
    await node.supervisor.signalProcess(2, 'SIGHUP');
    void node.supervisor.stopProcess(2);
    await node.endAll();
    expect(shortly(messages)).toEqual(['kill test.web', 'stop_process test.web', 'exit test.web']);
  });

  test('to the statistics of a process gets them again and again, until it ends', async ({ node }) => {
    await node.load('web', 'sleep 100');
    const messages: TopicMessage[] = [];
    const end = await subscribe(node.supervisor, 'STATS:1', (message) => messages.push(message));
    expect(await becomes(() => messages.length >= 3, 10_000)).toBe(true);
    expect(new Set(shortly(messages))).toEqual(new Set(['stats test.web 1']));
    end();
    const { length } = messages;
    await node.load('other', 'sleep 100');
    expect(messages).toHaveLength(length);
  });

  plainTest('to statistics gets none after its end, not even one that is being taken', async () => {
    const node = fakeNode();
    await node.load('web');
    const messages: TopicMessage[] = [];
    const end = await subscribe(node.supervisor, 'STATS:1', (message) => messages.push(message));
    end();
    await settle();
    expect(messages).toEqual([]);
  });

  test('to the statistics of a job gets those of all its processes, also of later ones', async ({ node }) => {
    await node.load('web', 'sleep 100');
    const messages: TopicMessage[] = [];
    await subscribe(node.supervisor, 'STATS:test.web', (message) => messages.push(message));
    await node.supervisor.scale(named('web'), { op: '+', n: 1 });
    expect(await becomes(() => shortly(messages).includes('stats test.web 2'), 10_000)).toBe(true);
    expect(shortly(messages)).toContain('stats test.web 1');
  });

  plainTest('to statistics ends by itself when there is nobody any more', async () => {
    const node = fakeNode();
    const web = await node.load('web', { on_exit: 'ignore' });
    await subscribe(node.supervisor, 'STATS:1', () => undefined);
    await subscribe(node.supervisor, 'STATS:test.web', () => undefined);
    await node.fail();
    await node.clock.advance(100);
    expect(node.clock.pending).toBe(1);
    await node.supervisor.unload(web);
    await node.clock.advance(100);
    expect(node.clock.pending).toBe(0);
  });

  test('to a stream gets what comes out of it', async ({ node }) => {
    await node.load('web', 'cat', { redirect_input: true });
    const messages: TopicMessage[] = [];
    let came = (): void => undefined;
    const first = new Promise<void>((resolve) => {
      came = resolve;
    });
    const listener = (message: TopicMessage): void => {
      messages.push(message.kind === 'output' ? { ...message, chunk: Buffer.from(message.chunk) } : message);
      came();
    };
    await subscribe(node.supervisor, 'STREAM:1', listener);
    await subscribe(node.supervisor, 'STREAM:1.out', listener);
    await (await node.supervisor.stream(1, 'stdin')).write('hello');
    await first;
    expect(shortly(messages)).toEqual(['output 1 hello', 'output 1 hello']);
  });

  test.for([
    ['NEWS', 'invalid_topic'],
    ['JOB:test.nothing', 'job_not_found'],
    ['PROCESS:99', 'process_not_found'],
    ['STATS:99', 'process_not_found'],
    ['STATS:test.nothing', 'job_not_found'],
    ['STREAM:99', 'process_not_found'],
    ['STREAM:1.other', 'stream_not_found'],
  ] as const)('to %s is refused: %s', async ([topic, code], { node }) => {
    await node.load('web', 'sleep 100');
    await expect(subscribe(node.supervisor, topic, () => undefined)).rejects.toMatchObject({ code });
    expect(await node.supervisor.pids(named('web'))).toEqual([1]);
  });
});
