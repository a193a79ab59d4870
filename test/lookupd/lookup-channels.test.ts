import SockJS from 'sockjs-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LookupEvent } from '../../src/protocol/lookup-event.ts';
import { ChannelClient } from '../support/channel-client.ts';
import { LookupFollower } from '../support/lookup-follower.ts';
import { LookupRig } from '../support/lookup-rig.ts';
import { identity } from '../support/node-client.ts';
import { clientFrame, RawClient } from '../support/raw-client.ts';
import { SockJsSession } from '../support/sockjs-session.ts';

const soon = { timeout: 10_000, interval: 5 };

/** A node that comes, has a job and a process, and goes. */
async function story(rig: LookupRig): Promise<void> {
  const node = await rig.node();
  await node.register('a', { 'shop.web': [1] });
  await node.tell('UNREGISTER_PROCESS', { job_name: 'shop.web', pid: 1 });
  await node.tell('UNREGISTER_PROCESS', { job_name: 'shop.web', pid: 9 }); // it never had this one
  await node.tell('UNREGISTER_JOB', { job_name: 'shop.web' });
  node.socket.close();
  await node.closing();
}

const UNKNOWN = { name: null, origin: null, version: null };

const STORY = [
  { event: 'add_node', ...UNKNOWN },
  { event: 'identify', ...identity('a') },
  { event: 'add_job', node: identity('a'), job_name: 'shop.web' },
  { event: 'add_process', node: identity('a'), job_name: 'shop.web', pid: 1 },
  { event: 'remove_process', node: identity('a'), job_name: 'shop.web', pid: 1 },
  { event: 'remove_job', node: identity('a'), job_name: 'shop.web' },
  { event: 'remove_node', ...identity('a') },
];

describe('what nodes tell is told', () => {
  test.for([['/lookup/websocket'], ['/lookup/websocket/'], ['/lookup/websocket?x=1']] as const)('over a WebSocket at %s', async ([path]) => {
    const rig = await LookupRig.open();
    const watcher = await ChannelClient.open(rig.port, path);
    await story(rig);
    await watcher.find(({ event }) => event === 'remove_node');
    expect(watcher.messages).toEqual(STORY);
  });

  test.for([['websocket'], ['xhr-streaming'], ['xhr-polling'], ['eventsource']] as const)('to sockjs-client over %s', async ([transport]) => {
    const rig = await LookupRig.open();
    const messages: unknown[] = [];
    const client = new SockJS(`http://127.0.0.1:${rig.port}/lookup`, null, { transports: [transport] });
    onTestFinished(() => client.close());
    client.onmessage = ({ data }) => void messages.push(JSON.parse(data as string));
    await new Promise<void>((resolve) => {
      client.onopen = () => resolve();
    });
    expect((client as typeof client & { readonly transport: string }).transport).toBe(transport);
    await story(rig);
    await expect.poll(() => messages.length, soon).toBe(STORY.length);
    expect(messages).toEqual(STORY);
    const closed = new Promise<{ readonly code: number; readonly reason: string }>((resolve) => {
      client.onclose = resolve;
    });
    await rig.closeApi();
    expect(await closed).toMatchObject({ code: 1001 });
  });

  test('over SockJS by hand', async () => {
    const rig = await LookupRig.open();
    expect((await rig.ask('GET', '/lookup')).text).toBe('Welcome to SockJS!\n');
    expect(await rig.get('/lookup/info')).toMatchObject({ websocket: true, cookie_needed: true, origins: ['*:*'] });
    const session = new SockJsSession(rig, 'one', '/lookup');
    await session.open();
    await story(rig);
    const told: unknown[] = [];
    while (told.length < STORY.length) {
      told.push(...[await session.poll()].flat());
    }
    expect(told).toEqual(STORY);
    expect((await session.send('hello')).status).toBe(204);
  });

  test('from now on, and to all: what is there already can be asked for', async () => {
    const rig = await LookupRig.open();
    const node = await rig.node();
    await node.register('a', { 'shop.web': [1] });
    const watchers = [await rig.watch(), await rig.watch()];
    await node.tell('REGISTER_PROCESS', { job_name: 'shop.web', pid: 2 });
    for (const watcher of watchers) {
      await watcher.find(({ pid }) => pid === 2);
      expect(watcher.messages).toHaveLength(1);
    }
  });

  test('in an order that whoever follows can keep to, whatever happens', async () => {
    const rig = await LookupRig.open();
    const watcher = await rig.watch();
    for (let run = 1; run <= 3; run += 1) {
      const node = await rig.node();
      await node.register('a', { 'shop.web': [run, run + 1], 'shop.job': [9] }, { generation: run });
      await node.tell('UNREGISTER_JOB', { job_name: 'shop.job' });
      await node.tell('REGISTER_JOB', { job_name: 'shop.job' });
    }
    await expect.poll(() => watcher.messages.filter(({ event }) => event === 'identify').length, soon).toBe(3);
    const last = await rig.node();
    await last.register('b', { 'blog.php': [3] });
    await watcher.find(({ pid }) => pid === 3);
    const follower = new LookupFollower();
    for (const message of watcher.messages) {
      follower.take(message as unknown as LookupEvent);
    }
    expect(follower.nodes).toEqual(
      new Map([
        [
          'a',
          new Map([
            ['shop.web', new Set([3, 4])],
            ['shop.job', new Set()],
          ]),
        ],
        ['b', new Map([['blog.php', new Set([3])]])],
      ]),
    );
  });
});

describe('who follows', () => {
  test('and says something is not answered', async () => {
    const rig = await LookupRig.open();
    const watcher = await rig.watch();
    for (const message of ['hello', '{"event":"SUB"}', '']) {
      watcher.say(message);
    }
    watcher.socket.send(Buffer.from([1, 2, 3]));
    await rig.node();
    await watcher.find(({ event }) => event === 'add_node');
    expect([watcher.messages.length, watcher.closed]).toEqual([1, undefined]);
  });

  test('over SockJS and breaks its frames is sent away', async () => {
    const rig = await LookupRig.open();
    const raw = await RawClient.open({ port: rig.port });
    raw.upgrade('/lookup/0/s/websocket');
    await raw.log.until(/\r\n\r\n.*o/s);
    raw.send(clientFrame('["hello"'));
    await raw.log.until('c[3000,"Broken framing."]');
  });

  test('does not get nodes, who do not get what is told', async () => {
    const rig = await LookupRig.open();
    const [node, watcher] = [await rig.node(), await rig.watch()];
    watcher.say({ msgid: '1', type: 'IDENTIFY', ...identity('w') });
    await node.register('a');
    await watcher.find(({ event }) => event === 'identify');
    expect(watcher.messages).toHaveLength(1);
    expect(node.answers).toHaveLength(1);
    expect(await rig.names()).toEqual(['a']);
  });

  test('and does not read is told how much was left out; nobody else notices', { timeout: 60_000 }, async () => {
    const rig = await LookupRig.open();
    const raw = await RawClient.open({ port: rig.port });
    raw.upgrade('/lookup/websocket');
    await raw.log.until(/\r\n\r\n/);
    raw.socket.pause();
    const fast = await rig.watch();
    const node = await rig.node();
    const job_name = `shop.${'x'.repeat(1000)}`;
    await node.register('a', { [job_name]: [] });
    const changes = 10_000;
    for (let count = 0; count < changes; count += 1) {
      node.socket.send(JSON.stringify({ msgid: 'x', type: count % 2 === 0 ? 'REGISTER_PROCESS' : 'UNREGISTER_PROCESS', job_name, pid: 1 }));
      if (count % 250 === 249) {
        await expect.poll(() => fast.messages.length, soon).toBe(count + 4); // it is in this process, and would be as slow
      }
    }
    const chunks: Buffer[] = [];
    raw.socket.removeAllListeners('data'); // it is a lot
    raw.socket.on('data', (chunk) => chunks.push(chunk)).resume();
    await expect
      .poll(() => /"gaffer:dropped","data":\{"dropped":(\d+)\}/.exec(Buffer.concat(chunks.slice(-2)).toString('latin1'))?.[1], soon)
      .toBeDefined();
    const text = Buffer.concat(chunks).toString('latin1');
    const dropped = Number(/"dropped":(\d+)/.exec(text)?.[1]);
    expect(dropped).toBeGreaterThan(0);
    expect(text.split('_process"').length - 1 + dropped).toBe(changes);
  });

  test.for([['/ws/x'], ['/lookup'], ['/lookup/x/websocket'], ['/channel/websocket'], ['/nodes'], ['/%zz']] as const)(
    'finds no WebSocket at %s',
    async ([path]) => {
      const rig = await LookupRig.open();
      const raw = await RawClient.open({ port: rig.port });
      raw.upgrade(path);
      expect(await raw.json()).toMatchObject({ errno: 404, message: 'there is no WebSocket; those are at /ws for nodes, and at /lookup/websocket' });
    },
  );

  test('without a right handshake is told what is missing', async () => {
    const rig = await LookupRig.open();
    const raw = await RawClient.open({ port: rig.port });
    raw.ask('GET /ws HTTP/1.1', ['Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket']);
    expect(await raw.json()).toMatchObject({ errno: 400, message: expect.stringContaining('Sec-WebSocket-Key') as unknown });
  });
});

test('a lookupd that stops says so to all, and takes nobody any more', async () => {
  const rig = await LookupRig.open();
  const [node, watcher] = [await rig.node(), await rig.watch()];
  await rig.closeApi();
  expect(await node.closing()).toEqual([1001, 'the lookupd is stopping']);
  expect(await watcher.closing()).toBe(1001);
  await expect(rig.node()).rejects.toThrow('503');
});
