import { describe, expect } from 'vitest';
import { ChannelClient } from '../../support/channel-client.ts';
import { becomes } from '../../support/processes.ts';
import { test } from '../../support/test-api.ts';

describe('a message that is none', () => {
  test.for([
    ['hello', 'invalid_json'],
    ['[1]', 'invalid_json'],
    ['7', 'invalid_json'],
    [`${'['.repeat(30)}${']'.repeat(30)}`, 'invalid_json'],
    ['{"event":"SUB","data":{"__proto__":{}}}', 'invalid_json'],
    ['{}', 'event_missing'],
    ['{"event":3}', 'event_missing'],
    ['{"event":"DANCE"}', 'unknown_cmd'],
    ['{"event":"SUB"}', 'data_missing'],
    ['{"event":"UNSUB","data":[]}', 'data_missing'],
    ['{"event":"CMD","data":null}', 'data_missing'],
    ['{"event":"SUB","data":{}}', 'topic_missing'],
    ['{"event":"UNSUB","data":{"topic":5}}', 'topic_missing'],
    ['{"event":"CMD","data":{"identity":"1"}}', 'cmd_name_mssing'],
    ['{"event":"CMD","data":{"name":"jobs"}}', 'cmd_identity_missing'],
    ['{"event":"CMD","data":{"name":"jobs","identity":1,"args":{}}}', 'invalid_args'],
  ])('%s is answered with %s, and the channel stays open', async ([message, reason], { api }) => {
    const client = await ChannelClient.open(api.port);
    client.say(message);
    expect(await client.find(() => true)).toEqual({
      event: 'gaffer:error',
      data: { error: 'invalid_msg', reason, message: expect.stringMatching(/expected|__proto__/) as unknown },
    });
    expect(await client.command('jobs')).toMatchObject({ result: { jobs: [] } });
  });

  test('NOP, a key where none is asked for, and nothing at all are not answered', async ({ api }) => {
    const client = await ChannelClient.open(api.port);
    client.say({ event: 'NOP' });
    client.say('AUTH:secret');
    client.say('');
    await client.command('jobs');
    expect(client.messages).toHaveLength(1);
  });
});

describe('topics', () => {
  test('EVENTS tells every event under each of its names, in the original order', async ({ api }) => {
    const client = await ChannelClient.open(api.port);
    expect(await client.subscribe('EVENTS')).toMatchObject({ event: 'gaffer:subscription_success', topic: 'EVENTS', data: { seq: 0 } });
    await api.load('Web', 'sleep 100');
    await client.event('EVENTS', ({ event }) => event === 'job.test.Web.spawn');
    expect(client.eventsOf('EVENTS').map(({ event }) => event)).toEqual(['load', 'start', 'job.test.Web.start', 'spawn', 'job.test.Web.spawn']);
    expect(client.eventsOf('EVENTS')[3]).toMatchObject({ topic: 'EVENTS', name: 'test.Web', pid: 1, os_pid: expect.any(Number) as unknown, seq: 3 });
  });

  test('JOB tells the events of one job without their prefix; names have capitals', async ({ api }) => {
    await api.load('Web', 'sleep 100');
    await api.load('other', 'sleep 100');
    const client = await ChannelClient.open(api.port);
    expect(await client.subscribe('job:test.Web')).toMatchObject({ data: { info: { name: 'test.Web', running: 1 } } });
    await client.command('scale', ['test.other', '+1']);
    await client.command('scale', ['test.Web', '+1']);
    await client.event('job:test.Web', ({ event }) => event === 'spawn');
    expect(client.eventsOf('job:test.Web').map(({ event, name }) => [event, name])).toEqual([
      ['update', 'test.Web'],
      ['spawn', 'test.Web'],
    ]);
  });

  test('PROCESS tells the events of one process, and not its environment', async ({ api }) => {
    await api.load('web', 'sleep 100', { numprocesses: 2, env: { SECRET: 'x' } });
    const client = await ChannelClient.open(api.port);
    const answer = await client.subscribe('PROCESS:2');
    expect(answer).toMatchObject({ data: { info: { pid: 2 } } });
    expect(JSON.stringify(answer)).not.toContain('SECRET');
    await client.command('stop_process', [1]);
    await client.command('stop_process', [2]);
    await client.event('PROCESS:2', ({ event }) => event === 'exit');
    expect(client.eventsOf('PROCESS:2').map(({ event }) => event)).toEqual(['stop_process', 'exit']);
  });

  test('STATS tells what a process uses, again and again', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const client = await ChannelClient.open(api.port);
    await client.subscribe('STATS:1');
    await becomes(() => client.eventsOf('STATS:1').length > 2, 10_000);
    expect(client.eventsOf('STATS:1')[0]).toMatchObject({
      event: 'stat',
      topic: 'STATS:1',
      pid: 1,
      name: 'test.web',
      mem_info1: expect.stringMatching(/^\d+[KM]$/) as unknown,
    });
  });

  test('STATS of a job tells of each of its processes, also of ones that start later', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const client = await ChannelClient.open(api.port);
    await client.subscribe('STATS:test.web', { interval: 0.05 });
    await client.event('STATS:test.web', ({ pid }) => pid === 1);
    await client.command('scale', ['test.web', 1]);
    await client.event('STATS:test.web', ({ pid }) => pid === 2);
  });

  test('STREAM tells what a process writes; without a label its first output', async ({ api }) => {
    await api.load('web', 'cat', { redirect_input: true, redirect_output: ['out', 'err'] });
    const client = await ChannelClient.open(api.port);
    await client.subscribe('STREAM:1');
    await client.command('send', [1, ['one\n', 'two\n']]);
    expect(await client.event('STREAM:1')).toEqual({ event: 'out', topic: 'STREAM:1', name: 'test.web', pid: 1, data: 'one\ntwo\n' });
  });

  test('STREAM of a custom stream tells READ', async ({ api }) => {
    await api.load('web', 'sh -c \'while read line <&3; do echo "got $$line" >&3; done\'', { custom_streams: ['ctl'] });
    const client = await ChannelClient.open(api.port);
    await client.subscribe('STREAM:1.ctl');
    await client.command('send', [1, 'x\n', 'ctl']);
    expect(await client.event('STREAM:1.ctl')).toMatchObject({ event: 'READ', data: 'got x\n' });
  });

  test('STREAM puts characters together that came in two pieces, and tells bytes in Base64 if asked', async ({ api }) => {
    await api.load('web', 'cat', { redirect_input: true });
    const client = await ChannelClient.open(api.port);
    await client.subscribe('STREAM:1');
    const { stream } = { stream: await api.supervisor.stream(1, 'stdin') };
    await stream.write(Buffer.from([0xc3]));
    await stream.write(Buffer.from([0xa4, 0x0a]));
    await becomes(
      () =>
        client
          .eventsOf('STREAM:1')
          .map(({ data }) => data)
          .join('') === 'ä\n',
      10_000,
    );
    expect(
      client
        .eventsOf('STREAM:1')
        .map(({ data }) => data)
        .join(''),
    ).toBe('ä\n');
    const other = await ChannelClient.open(api.port);
    await other.subscribe('STREAM:1', { encoding: 'base64' });
    await stream.write(Buffer.from([0, 255, 10]));
    await other.event('STREAM:1');
    expect(Buffer.concat(other.eventsOf('STREAM:1').map(({ data }) => Buffer.from(String(data), 'base64')))).toEqual(Buffer.from([0, 255, 10]));
  });

  test('an end that nobody asked for is told', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const client = await ChannelClient.open(api.port);
    await client.subscribe('STREAM:1');
    await client.subscribe('STATS:1');
    await client.command('kill', [1, 'KILL']);
    await client.find(({ event, topic }) => event === 'gaffer:subscription_end' && topic === 'STREAM:1');
    await client.find(({ event, topic }) => event === 'gaffer:subscription_end' && topic === 'STATS:1');
  });

  test.for([
    ['NONSENSE', 'invalid_topic'],
    ['EVENTS:1', 'invalid_topic'],
    ['STREAM:web', 'invalid_topic'],
    ['JOB:test.none', 'not_found'],
    ['STATS:test.none', 'not_found'],
    ['STATS:99', 'invalid_process'],
    ['PROCESS:99', 'invalid_process'],
    ['STREAM:99', 'invalid_process'],
    ['STREAM:1.none', 'stream_not_found'],
    ['STREAM:1.stdin', 'stream_not_found'],
  ] as const)('%s is refused with %s, in both forms, and the channel stays open', async ([topic, reason], { api }) => {
    await api.load('web', 'cat', { redirect_input: true });
    const client = await ChannelClient.open(api.port);
    expect(await client.subscribe(topic)).toEqual({
      event: 'gaffer:subscription_error',
      topic,
      data: { topic, reason, message: expect.any(String) as unknown },
    });
    expect(await client.command('jobs')).toMatchObject({ result: { jobs: ['test.web'] } });
  });
});

describe('subscriptions', () => {
  test('are counted: a topic is told once, and until it was taken back as often as it was asked for', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const client = await ChannelClient.open(api.port);
    await client.subscribe('JOB:test.web');
    await client.subscribe('job:test.web');
    await client.unsubscribe('JOB:test.web');
    await client.command('scale', ['test.web', '+1']);
    await client.event('JOB:test.web', ({ event }) => event === 'spawn');
    expect(client.eventsOf('JOB:test.web').filter(({ event }) => event === 'update')).toHaveLength(1);
    await client.unsubscribe('JOB:test.web');
    await client.command('scale', ['test.web', '+1']);
    await client.command('jobs');
    expect(client.eventsOf('JOB:test.web').filter(({ event }) => event === 'update')).toHaveLength(1);
  });

  test('that do not exist are taken back with success', async ({ api }) => {
    const client = await ChannelClient.open(api.port);
    expect(await client.unsubscribe('EVENTS')).toEqual({ event: 'gaffer:subscription_success', topic: 'EVENTS' });
  });

  test('begin behind an event if they say so', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const client = await ChannelClient.open(api.port);
    const { data } = await client.subscribe('EVENTS', { since: 1 });
    expect(client.eventsOf('EVENTS').map(({ seq }) => seq)).toEqual([2, 2, 3, 3]);
    const { run } = data as { run: string };
    const other = await ChannelClient.open(api.port);
    await other.subscribe('EVENTS', { since: `2@${run}` });
    expect(other.eventsOf('EVENTS').map(({ event }) => event)).toEqual(['spawn', 'job.test.web.spawn']);
  });

  test.for([
    [{ since: 1000 }, 'gone'],
    [{ since: '1@0' }, 'gone'],
    [{ since: 'x' }, 'bad_command'],
  ] as const)('with %o are refused with %s', async ([options, reason], { api }) => {
    await api.load('web', 'sleep 100');
    const client = await ChannelClient.open(api.port);
    expect(await client.subscribe('EVENTS', options)).toMatchObject({ event: 'gaffer:subscription_error', data: { reason } });
  });
});
