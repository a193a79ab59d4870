import { describe, expect, test } from 'vitest';
import { LookupRig } from '../support/lookup-rig.ts';
import { identity, NodeClient } from '../support/node-client.ts';
import { clientFrame, RawClient } from '../support/raw-client.ts';

const soon = { timeout: 10_000, interval: 5 };

describe('a node', () => {
  test('is there from the moment it connects, without a name, until it goes', async () => {
    const rig = await LookupRig.open();
    const watcher = await rig.watch();
    const node = await rig.node();
    await watcher.find(({ event }) => event === 'add_node');
    expect(await rig.get('/nodes')).toEqual({ nodes: [{ name: null, origin: null, version: null }] });
    node.socket.close();
    await watcher.find(({ event }) => event === 'remove_node');
    expect(watcher.messages).toEqual(['add_node', 'remove_node'].map((event) => ({ event, name: null, origin: null, version: null })));
    expect(await rig.names()).toEqual([]);
  });

  test('is known with what it has told, until it goes', async () => {
    const rig = await LookupRig.open();
    const node = await rig.node();
    await node.register('a', { 'shop.web': [2, 1], 'shop.job': [] });
    const source = (pids: readonly number[]): object => ({ name: 'a', pids, node_info: identity('a') });
    expect(await rig.get('/jobs')).toEqual({
      nb_jobs: 2,
      jobs: [
        { name: 'shop.job', sources: [source([])] },
        { name: 'shop.web', sources: [source([1, 2])] },
      ],
    });
    await node.tell('UNREGISTER_PROCESS', { job_name: 'shop.web', pid: 1 });
    await node.tell('UNREGISTER_JOB', { job_name: 'shop.job' });
    expect(await rig.get('/jobs')).toEqual({ nb_jobs: 1, jobs: [{ name: 'shop.web', sources: [source([2])] }] });
    node.socket.terminate();
    await expect.poll(() => rig.names(), soon).toEqual([]);
    expect(await rig.get('/jobs')).toEqual({ nb_jobs: 0, jobs: [] });
    expect(rig.log).toEqual(['a at http://a:5000 is connected', 'a at http://a:5000 is gone']);
  });

  test('of the original is answered word by word as it was', async () => {
    const rig = await LookupRig.open();
    const node = await rig.node();
    const answers = [
      await node.tell('REGISTER_JOB', { job_name: 'web' }),
      await node.tell('PING'),
      await node.tell('IDENTIFY', identity('a')),
      await node.tell('IDENTIFY', identity('a')),
      await node.tell('REGISTER_JOB', { job_name: 'web' }),
      await node.tell('REGISTER_JOB', { job_name: 'default.web' }),
      await node.tell('REGISTER_PROCESS', { job_name: 'other', pid: 1 }),
      await node.tell('UNREGISTER_PROCESS', { job_name: 'other', pid: 1 }),
      await node.tell('UNREGISTER_JOB', { job_name: 'other' }),
      await node.tell('UNREGISTER_JOB'),
      await node.tell('ADD_JOB', { job_name: 'other' }),
    ];
    expect(answers).toMatchObject([
      { errno: 404, reason: 'need to send IDENTIFY message first', msgid: 'm1' },
      { ok: true, msgid: 'm2' },
      { ok: true, msgid: 'm3' },
      { errno: 409, reason: '', msgid: 'm4' },
      { ok: true, msgid: 'm5' },
      { errno: 409, reason: "job 'default.web' is already registered", msgid: 'm6' },
      { errno: 404, reason: '', msgid: 'm7' },
      { errno: 404, reason: '', msgid: 'm8' },
      { ok: true, msgid: 'm9' },
      { errno: 400, reason: 'invalid_message', msgid: 'm10' },
      { errno: 400, reason: 'invalid_message_type', msgid: 'm11' },
    ]);
  });

  test.for([
    ['no JSON', '{'],
    ['nothing', ''],
    ['a list', '[]'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00])],
  ] as const)('that sends %s is told so, and may go on', async ([, data]) => {
    const rig = await LookupRig.open();
    const node = await rig.node();
    expect(await node.say(data)).toEqual({ errno: 400, reason: 'invalid_json', msgid: null, message: 'expected a JSON object' });
    expect(await node.tell('PING')).toEqual({ ok: true, msgid: 'm1' });
  });

  test('may send its messages in frames of bytes, and in pieces', async () => {
    const rig = await LookupRig.open();
    const node = await rig.node();
    expect(await node.say(Buffer.from('{"msgid":"x","type":"PING"}'))).toEqual({ ok: true, msgid: 'x' });
    const raw = await RawClient.open({ port: rig.port });
    raw.upgrade('/ws');
    await raw.log.until(/\r\n\r\n/);
    raw.send(clientFrame('{"msgid":"y",', { final: false }));
    raw.send(clientFrame('', { opcode: 9 })); // a ping between
    raw.send(clientFrame('"type":"PING"}', { opcode: 0 }));
    await raw.log.until('{"ok":true,"msgid":"y"}');
  });

  test.for([
    ['larger than any that is meant', clientFrame('x'.repeat(70_000)), 1009],
    ['of no kind that there is', clientFrame('x', { opcode: 3 }), 1002],
    ['that is no UTF-8', clientFrame(Buffer.from([0xff])), 1007],
  ] as const)('with a message %s is sent away', async ([, frame, code]) => {
    const rig = await LookupRig.open();
    const raw = await RawClient.open({ port: rig.port });
    raw.upgrade('/ws');
    await raw.log.until(/\r\n\r\n/);
    await expect.poll(() => rig.names(), soon).toEqual([null]);
    raw.send(frame);
    await raw.over;
    expect(raw.log.bytes.subarray(-2).readUInt16BE()).toBe(code);
    await expect.poll(() => rig.names(), soon).toEqual([]);
  });

  test('that never reads its answers is given up, and nobody else notices', async () => {
    const rig = await LookupRig.open();
    const other = await rig.node();
    const raw = await RawClient.open({ port: rig.port });
    raw.upgrade('/ws');
    await raw.log.until(/\r\n\r\n/);
    raw.socket.pause();
    const ping = clientFrame(JSON.stringify({ msgid: 'x'.repeat(60_000), type: 'PING' }));
    const gone = new Promise((resolve) => raw.socket.once('close', resolve));
    for (let sent = 0; sent < 5000 && !raw.socket.closed; sent += 1) {
      if (!raw.socket.write(ping)) {
        await Promise.race([new Promise((resolve) => raw.socket.once('drain', resolve)), gone]);
      }
    }
    await gone;
    expect(await other.tell('PING')).toEqual({ ok: true, msgid: 'm1' });
    expect(await rig.names()).toEqual([null]);
  });
});

describe('a connection whose other side is gone without a word', () => {
  test('is found by the heartbeat, and what it had told is forgotten', async () => {
    const rig = await LookupRig.open({ heartbeatMs: 200 });
    const watcher = await rig.watch();
    const [gone, stays] = [await NodeClient.open(rig.port, { autoPong: false }), await rig.node()];
    await gone.register('gone', { 'shop.web': [1] });
    await stays.register('stays', { 'shop.web': [2] });
    await watcher.find(({ event, name }) => event === 'remove_node' && name === 'gone');
    expect(await rig.names()).toEqual(['stays']);
    expect(await rig.get('/findJob?name=shop.web')).toMatchObject({ sources: [{ name: 'stays', pids: [2] }] });
    expect((await gone.closing())[0]).toBe(1006);
    const told = watcher.messages.filter(({ node, name }) => name === 'gone' || (node as { name: string } | undefined)?.name === 'gone');
    expect(told.map(({ event }) => event)).toEqual(['identify', 'add_job', 'add_process', 'remove_process', 'remove_job', 'remove_node']);
  });

  test('is found before it has said who it is, also where it still takes what it is sent', async () => {
    const rig = await LookupRig.open({ heartbeatMs: 500 });
    const half = await NodeClient.open(rig.port, { autoPong: false });
    expect(await rig.names()).toEqual([null]);
    expect((await half.closing())[0]).toBe(1006);
    expect(await rig.names()).toEqual([]);
  });

  test('is not taken for one where messages come, and no pongs', async () => {
    const rig = await LookupRig.open({ heartbeatMs: 100 });
    const node = await NodeClient.open(rig.port, { autoPong: false });
    const untilMs = performance.now() + 500;
    while (performance.now() < untilMs) {
      await node.tell('PING');
      await new Promise((resolve) => setTimeout(resolve, 10)); // a node that speaks now and then, for more than two heartbeats
    }
    expect(node.closed).toBeUndefined();
  });
});

describe('a node that connects again', () => {
  test('without a generation is refused as long as the connection before is there', async () => {
    const rig = await LookupRig.open();
    const [first, second] = [await rig.node(), await rig.node()];
    await first.register('a', { 'shop.web': [1] });
    const refusal = { errno: 409, reason: '', msgid: 'm1', message: 'another connection speaks for a at http://a:5000' };
    expect(await second.tell('IDENTIFY', identity('a'))).toEqual(refusal);
    expect(await second.tell('REGISTER_JOB', { job_name: 'shop.web' })).toMatchObject({ errno: 404 });
    first.socket.close();
    await first.closing();
    await expect.poll(() => rig.names(), soon).toEqual([null]);
    expect(await second.tell('IDENTIFY', identity('a'))).toMatchObject({ ok: true });
  });

  test('at another address is another node', async () => {
    const rig = await LookupRig.open();
    const [first, second] = [await rig.node(), await rig.node()];
    await first.register('a');
    await second.register('a', {}, { origin: 'http://elsewhere:5000' });
    expect(await rig.get('/nodes')).toEqual({ nodes: [identity('a'), { ...identity('a'), origin: 'http://elsewhere:5000' }] });
  });

  test.for([
    ['in a later run', 2],
    ['in the same run', 1],
  ] as const)('%s takes the place of its ghost at once', async ([, generation]) => {
    const rig = await LookupRig.open();
    const watcher = await rig.watch();
    const [ghost, node] = [await rig.node(), await rig.node()];
    await ghost.register('a', { 'shop.web': [1], 'shop.old': [2] }, { generation: 1 });
    await node.register('a', { 'shop.web': [7] }, { generation });
    expect(await ghost.closing()).toEqual([1008, 'the node has connected anew']);
    expect(await rig.get('/jobs')).toMatchObject({ nb_jobs: 1, jobs: [{ name: 'shop.web', sources: [{ pids: [7] }] }] });
    expect(await rig.names()).toEqual(['a']);
    await watcher.find(({ pid }) => pid === 7);
    expect(rig.log.at(-1)).toBe('a at http://a:5000 has connected anew: its connection before is ended');
  });

  test('is not disturbed by what its ghost still says', async () => {
    const rig = await LookupRig.open();
    const ghost = await RawClient.open({ port: rig.port });
    ghost.upgrade('/ws');
    await ghost.log.until(/\r\n\r\n/);
    const say = (message: object): void => ghost.send(clientFrame(JSON.stringify({ msgid: 'g', ...message })));
    say({ type: 'IDENTIFY', ...identity('a'), generation: 1 });
    await ghost.log.until('{"ok":true,"msgid":"g"}');
    const node = await rig.node();
    await node.register('a', { 'shop.web': [7] }, { generation: 2 });
    say({ type: 'REGISTER_JOB', job_name: 'shop.ghost', seq: 1 });
    say({ type: 'REGISTER_PROCESS', job_name: 'shop.ghost', pid: 1, seq: 2 });
    ghost.send(clientFrame(Buffer.from([3, 240]), { opcode: 8 })); // and only then says good-bye
    await ghost.over;
    expect(await node.tell('PING', { seq: 1 })).toMatchObject({ ok: true });
    expect(await rig.get('/jobs')).toMatchObject({ nb_jobs: 1, jobs: [{ name: 'shop.web', sources: [{ pids: [7] }] }] });
    expect(await rig.names()).toEqual(['a']);
  });
});

test('what many nodes tell at once is told as it is: each once', async () => {
  const rig = await LookupRig.open();
  const watcher = await rig.watch();
  const names = Array.from({ length: 100 }, (_, number) => `node${number}`);
  const nodes = await Promise.all(names.map(async (name) => ({ name, node: await rig.node() })));
  await Promise.all(nodes.map(({ name, node }) => node.register(name, { 'shop.web': [1, 2] }, { generation: 5 })));
  expect((await rig.names()).toSorted()).toEqual(names.toSorted());
  await expect.poll(() => watcher.messages.filter(({ event }) => event === 'add_process').length, soon).toBe(200);
  for (const { node } of nodes) {
    node.socket.terminate();
  }
  await expect.poll(() => watcher.messages.filter(({ event }) => event === 'remove_node').length, soon).toBe(100);
  const count = (event: string): number => watcher.messages.filter((message) => message['event'] === event).length;
  expect(['add_node', 'identify', 'add_job', 'add_process', 'remove_process', 'remove_job'].map(count)).toEqual([100, 100, 100, 200, 200, 100]);
});
