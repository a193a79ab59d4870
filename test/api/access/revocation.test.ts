import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ANYBODY } from '../../../src/api/access/caller.ts';
import { Doorkeeper } from '../../../src/api/access/doorkeeper.ts';
import { Guest } from '../../../src/api/channels/guest.ts';
import { ChannelClient, type ServerMessage } from '../../support/channel-client.ts';
import { FrameClient } from '../../support/frame-client.ts';
import { nodeWith } from '../../support/node-with.ts';
import { becomes } from '../../support/processes.ts';
import { RawClient } from '../../support/raw-client.ts';
import { SockJsSession } from '../../support/sockjs-session.ts';
import { SpyNode } from '../../support/spy-node.ts';
import { openAccounts, openLockedApi } from '../../support/test-accounts.ts';

const FEEDS = [
  '/events',
  '/events?feed=eventsource',
  '/log?follow=true',
  '/streams/1/out?feed=continuous',
  '/streams/1/out?feed=eventsource',
  '/streams/1/out',
  '/1/stats/feed?interval_ms=50',
  '/jobs/test/web/stats/feed?interval_ms=50',
  '/stats?feed=continuous&interval_ms=50',
  '/stats/test.web?feed=eventsource&interval_ms=50',
  '/watch?feed=continuous',
  '/watch/proc/web/spawn?feed=eventsource',
];

const PATIENCE_MS = 10_000;

/** It writes what it reads. */
const ECHO = { redirect_input: true };
const SUBSCRIBE = JSON.stringify({ event: 'SUB', data: { topic: 'EVENTS' } });

/** What a control channel says last. */
const AWAY: ServerMessage = {
  event: 'gaffer:error',
  data: {
    error: 'AUTH_REQUIRED',
    reason: '{"error":"forbidden","errno":403}',
    message: expect.stringMatching(/^the key key-[0-9a-f]{12} is valid no more$/) as string,
  },
};

describe('a key that is deleted', () => {
  it.each(FEEDS)('ends %s', async (path) => {
    const spy = new SpyNode();
    const { api, key, accounts } = await openLockedApi({}, (node) => spy.around(node));
    await api.load('web', 'cat', ECHO);
    const before = spy.listeners;
    const [staying, secret] = [key({ manage: ['*'] }), key({ manage: ['*'] })];
    const feed = await api.follow(path, true, { 'x-api-key': secret });
    const other = await api.follow(path, true, { 'x-api-key': staying });
    expect(spy.listeners).toBeGreaterThan(before);
    expect((await api.ask('DELETE', `/keys/${secret}`)).status).toBe(200);
    expect(await feed.ended).toBe(false);
    const { length } = feed.log.text;
    await (await api.supervisor.stream(1, 'stdin')).write('news\n');
    await api.load('more', 'sleep 100');
    await (path === '/streams/1/out' ? other.ended : becomes(() => other.log.text !== '', PATIENCE_MS));
    expect(feed.log.text).toHaveLength(length);
    accounts.keys.delete(staying);
    await other.ended;
    expect(await becomes(() => spy.listeners === before, PATIENCE_MS)).toBe(true);
  });

  it('ends a feed that is only about to begin', async () => {
    let opened: () => void = () => undefined;
    const isOpening = new Promise<void>((resolve) => {
      opened = resolve;
    });
    let goOn: () => void = () => undefined;
    const mayGoOn = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const slow = { value: false };
    const { api, key, accounts } = await openLockedApi({}, (node) =>
      nodeWith(node, {
        followEvents: async (...args) => {
          if (slow.value) {
            opened();
            await mayGoOn;
          }
          return await node.followEvents(...args);
        },
      }),
    );
    slow.value = true;
    const secret = key({ manage: ['*'] });
    const following = api.follow('/events', true, { 'x-api-key': secret });
    await isOpening;
    accounts.keys.delete(secret);
    goOn();
    const outcome = await following.then(
      (feed) => feed.ended,
      () => false, // broken off before its head
    );
    expect(outcome).toBe(false);
  });

  it('ends control channels with a word, and takes along those with keys that were made from it', async () => {
    const { api, key, accounts } = await openLockedApi();
    await api.load('web', 'sleep 100');
    const parent = key({ manage: ['*'] });
    const child = key({ manage: ['test'] }, { parent: accounts.keys.get(parent).id });
    const grandchild = key({ manage: ['test.web'] }, { parent: accounts.keys.get(child).id });
    const staying = await ChannelClient.open(api.port, undefined, { 'x-api-key': key({ manage: ['*'] }) });
    await staying.subscribe('EVENTS');
    const channels: ChannelClient[] = [];
    for (const secret of [parent, child, grandchild]) {
      const byHeader = await ChannelClient.open(api.port, undefined, { 'x-api-key': secret });
      const byMessage = await ChannelClient.open(api.port);
      byMessage.say(`AUTH:${secret}`);
      for (const channel of [byHeader, byMessage]) {
        expect((await channel.subscribe('JOB:test.web'))['event']).toBe('gaffer:subscription_success');
        channels.push(channel);
      }
    }
    await api.ask('DELETE', `/keys/${parent}`);
    await api.ask('POST', '/jobs/test/web/numprocesses', { body: { scale: 1 } });
    for (const channel of channels) {
      expect(await channel.closing()).toBe(1008);
      expect(channel.messages.at(-1)).toEqual(AWAY);
      expect(channel.eventsOf('JOB:test.web')).toEqual([]);
    }
    expect(await staying.event('EVENTS', ({ event }) => event === 'job.test.web.spawn' || event === 'spawn')).toBeDefined();
    expect(staying.closed).toBeUndefined();
  });

  it('keeps what was sent with it from being begun', async () => {
    let release: () => void = () => undefined;
    const scaled: string[] = [];
    const { api, key, accounts } = await openLockedApi({}, (node) =>
      nodeWith(node, {
        signalJob: async () => {
          scaled.push('first');
          await new Promise<void>((resolve) => {
            release = resolve;
          });
        },
        scale: () => {
          scaled.push('second');
          return Promise.resolve(9);
        },
      }),
    );
    await api.load('web', 'sleep 100');
    const secret = key({ manage: ['test'] });
    const channel = await ChannelClient.open(api.port, undefined, { 'x-api-key': secret });
    channel.say({ event: 'CMD', data: { identity: 1, name: 'killall', args: ['test.web', 'HUP'] } });
    for (let identity = 2; identity < 20; identity += 1) {
      channel.say({ event: 'CMD', data: { identity, name: 'scale', args: ['test.web', 1] } });
    }
    expect(await becomes(() => scaled.length === 1, PATIENCE_MS)).toBe(true);
    accounts.keys.delete(secret);
    release();
    await channel.closing();
    expect(channel.messages).toEqual([AWAY]);
    expect(scaled).toEqual(['first']);
  });

  it('keeps a request from being done whose body is still under way', async () => {
    const { api, key, accounts } = await openLockedApi();
    const secret = key({ manage: ['*'] });
    const body = JSON.stringify({ name: 'web', cmd: 'sleep 100' });
    const client = await RawClient.open({ port: api.port });
    client.ask('POST /jobs/test HTTP/1.1', ['Host: localhost', `X-Api-Key: ${secret}`, `Content-Length: ${body.length}`], body.slice(0, 5));
    await api.ask('GET', '/ping');
    accounts.keys.delete(secret);
    client.send(body.slice(5));
    expect(await client.status()).toBe(403);
    expect(await api.supervisor.jobs()).toEqual([]);
  });

  it('ends a channel to a process, and nothing of what comes then is told or written', async () => {
    const { api, key, accounts } = await openLockedApi();
    await api.load('web', 'cat', ECHO);
    for (const path of ['/1/channel', '/1/channel/out?mode=1', '/wstreams/1']) {
      const secret = key({ write: ['test.web'] });
      const client = await FrameClient.open(api.port, path, { 'x-api-key': secret });
      await api.ask('GET', '/ping');
      accounts.keys.delete(secret);
      client.write('late', 'too late\n');
      expect([path, await client.closing]).toEqual([path, { code: 1008, reason: 'FORBIDDEN' }]);
      expect(client.output.text).not.toContain('late');
    }
    expect(Buffer.from(await api.supervisor.tail(1)).toString()).toBe('');
  });

  it('ends a control channel over SockJS’s WebSocket', async () => {
    const { api, key, accounts } = await openLockedApi();
    const secret = key({ manage: ['*'] });
    const received: string[] = [];
    const socket = new WebSocket(`ws://127.0.0.1:${api.port}/channel/000/one/websocket`);
    socket.on('message', (data: Buffer) => received.push(data.toString()));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify([`AUTH:${secret}`, SUBSCRIBE]));
    expect(await becomes(() => received.some((text) => text.includes('subscription_success')), PATIENCE_MS)).toBe(true);
    accounts.keys.delete(secret);
    await api.load('more', 'sleep 100');
    await closed;
    expect(received.slice(2)).toEqual([expect.stringMatching(/^a.*AUTH_REQUIRED/), expect.stringMatching(/^c\[1008,/)]);
  });

  it('ends a control channel over SockJS’s polling', async () => {
    const { api, key, accounts } = await openLockedApi();
    const secret = key({ manage: ['*'] });
    const session = new SockJsSession(api);
    await session.open();
    await session.send(`AUTH:${secret}`, SUBSCRIBE);
    expect(JSON.stringify(await session.poll())).toContain('subscription_success');
    const poll = session.ask('xhr');
    await api.ask('GET', '/ping');
    accounts.keys.delete(secret);
    await api.load('more', 'sleep 100');
    expect((await poll).text).toContain('AUTH_REQUIRED');
    expect((await session.ask('xhr')).text).toMatch(/^c\[1008,/);
    await session.send(SUBSCRIBE);
    expect((await session.ask('xhr')).text).toMatch(/^c\[1008,/);
  });

  it.each([
    ['POST', 'xhr_streaming'],
    ['GET', 'eventsource'],
    ['GET', 'htmlfile?c=callback'],
  ])('ends a control channel over SockJS (%s %s)', async (method, transport) => {
    const { api, key, accounts } = await openLockedApi();
    const secret = key({ manage: ['*'] });
    const session = new SockJsSession(api);
    const client = await RawClient.open({ port: api.port });
    client.ask(`${method} ${session.path}/${transport} HTTP/1.1`, ['Host: localhost', 'Content-Length: 0']);
    await client.log.until(/(^|[": ])o[\r\n"]/);
    await session.send(`AUTH:${secret}`, SUBSCRIBE);
    await client.log.until('subscription_success');
    accounts.keys.delete(secret);
    await api.load('more', 'sleep 100');
    await client.log.until(/c\[1008,/);
    expect(client.log.text).toContain('AUTH_REQUIRED');
    expect(client.log.text).not.toContain('gaffer:event');
  });

  it('that came from a login goes with the password, and its channels with it', async () => {
    const { api, accounts, key } = await openLockedApi();
    await accounts.users.create('ada', { password: 'correct horse', type: 1, key: key({ manage: ['*'] }), extra: {} });
    const logins = [await accounts.users.login('ada', 'correct horse', 'here'), await accounts.users.login('ada', 'correct horse', 'there')] as const;
    const [mine, other] = await Promise.all(logins.map(({ secret }) => ChannelClient.open(api.port, undefined, { 'x-api-key': secret })));
    await mine?.subscribe('EVENTS');
    await other?.subscribe('EVENTS');
    const feed = await api.follow('/events', true, { 'x-api-key': logins[1].secret });
    const changed = await api.ask('PUT', '/users/ada/password', { body: { password: 'battery staple' }, headers: { 'x-api-key': logins[0].secret } });
    expect(changed.status).toBe(200);
    expect(await other?.closing()).toBe(1008);
    expect(await feed.ended).toBe(false);
    expect(await mine?.command('sessions')).toMatchObject({ result: { sessions: [] } });
  });
});

describe('keys that are asked for from now on', () => {
  it('end what whoever had none has open, and leave it to whoever had one', async () => {
    const { api, accounts, key } = await openLockedApi();
    await api.load('web', 'cat', ECHO);
    accounts.require(false);
    api.key = undefined;
    const channel = await ChannelClient.open(api.port);
    expect((await channel.subscribe('EVENTS'))['event']).toBe('gaffer:subscription_success');
    const pipes = await FrameClient.open(api.port, '/1/channel');
    const feed = await api.follow('/events');
    const early = await ChannelClient.open(api.port, undefined, { 'x-api-key': key({ manage: ['*'] }) });
    accounts.require(true);
    await api.load('more', 'sleep 100');
    expect(await channel.closing()).toBe(1008);
    expect(channel.messages.slice(1)).toEqual([{ event: 'gaffer:error', data: expect.objectContaining({ error: 'AUTH_REQUIRED' }) as object }]);
    expect((await pipes.closing).code).toBe(1008);
    expect(await feed.ended).toBe(false);
    expect(feed.log.text).toBe('');
    expect(await early.closing()).toBe(1008); // nobody has looked whether it was one
    expect((await api.ask('GET', '/jobs')).status).toBe(401);
  });
});

describe('who is to show a key first', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is sent away when none comes in time, and not when one has come', () => {
    vi.useFakeTimers();
    const { accounts, admin } = openAccounts();
    const door = new Doorkeeper(accounts);
    const away: string[] = [];
    const guestOf = (name: string): Guest =>
      new Guest({ door, caller: undefined, sendAway: ({ code, message }) => away.push(`${name} ${code}: ${message}`) });
    guestOf('silent');
    guestOf('known').show(admin);
    guestOf('gone').close();
    vi.advanceTimersByTime(14_999);
    expect(away).toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(away).toEqual(['silent unauthorized: expected a key (AUTH:), got none in time']);
  });

  it('may show it again, but no other one', () => {
    const { accounts, admin, key } = openAccounts();
    const guest = new Guest({ door: new Doorkeeper(accounts), caller: undefined, sendAway: () => undefined });
    guest.show(admin);
    guest.show(admin);
    for (const other of [key({ admin: true }), 'unknown', '']) {
      expect(() => guest.show(other)).toThrow(expect.objectContaining({ code: 'forbidden' }) as Error);
    }
    guest.close();
  });

  it('is let in at once where nobody is asked', () => {
    const { accounts } = openAccounts();
    accounts.require(false);
    const guest = new Guest({ door: new Doorkeeper(accounts), caller: undefined, sendAway: (error) => expect.fail(error.message) });
    expect(guest.caller).toBe(ANYBODY);
    guest.show('whatever it is');
    guest.close();
  });
});

describe('a message AUTH', () => {
  it.each([
    ['empty', ''],
    ['a megabyte', 'x'.repeat(1024 * 1024 - 100)],
    ['with a NUL', '0123456789abcdef\0'],
    ['with lines', 'a\r\nX-Api-Key: b'],
    ['the name of a member of objects', '__proto__'],
    ['an id', 'key-000000000000'],
    ['a lone surrogate', '\ud800'.repeat(16)],
  ])('that is %s lets nobody in', async (_, secret) => {
    const { api } = await openLockedApi();
    const channel = await ChannelClient.open(api.port);
    channel.say(`AUTH:${secret}`);
    channel.say({ event: 'CMD', data: { identity: 1, name: 'sessions' } });
    expect(await channel.closing()).toBe(1008);
    expect(channel.messages).toEqual([{ ...AWAY, data: expect.objectContaining({ error: 'AUTH_REQUIRED' }) as object }]);
    const pipes = await FrameClient.open(api.port, '/1/channel');
    pipes.write('a', `AUTH:${secret}`);
    expect(await pipes.closing).toEqual({ code: 1008, reason: 'FORBIDDEN' });
    expect(api.warnings).toEqual([]);
  });

  it('with the id of a key is none: only its secret is', async () => {
    const { api, accounts, admin } = await openLockedApi();
    const channel = await ChannelClient.open(api.port);
    channel.say(`AUTH:${accounts.keys.get(admin).id}`);
    expect(await channel.closing()).toBe(1008);
    expect((await api.ask('GET', '/jobs', { headers: { 'x-api-key': accounts.keys.get(admin).id } })).status).toBe(403);
  });

  it('with another key ends the channel, and does not widen what it may', async () => {
    const { api, admin, key } = await openLockedApi();
    await api.load('web', 'sleep 100');
    const channel = await ChannelClient.open(api.port);
    channel.say(`AUTH:${key({ read: ['test'] })}`);
    expect(await channel.command('stop_job', ['test.web'])).toMatchObject({ error: { errno: 403, reason: 'forbidden' } });
    channel.say(`AUTH:${admin}`);
    channel.say({ event: 'CMD', data: { identity: 'after', name: 'stop_job', args: ['test.web'] } });
    expect(await channel.closing()).toBe(1008);
    expect(channel.messages.map(({ event }) => event)).toEqual(['gaffer:command_error', 'gaffer:error']);
    expect(await api.supervisor.pids()).toEqual([1]);
  });

  it('is not answered when it is accepted, also a second time, and makes nobody more than his key does', async () => {
    const { api, key } = await openLockedApi();
    await api.load('web', 'sleep 100');
    const secret = key({ read: ['test.web'] });
    const channel = await ChannelClient.open(api.port);
    channel.say(`AUTH:${secret}`);
    channel.say(`AUTH:${secret}`);
    for (const [name, args] of [
      ['stop_job', ['test.web']],
      ['scale', ['test.web', '=5']],
      ['kill', [1, 9]],
      ['stop_process', [1]],
      ['unload', ['test.web']],
      ['send', [1, 'text']],
    ] as const) {
      expect([name, await channel.command(name, args)]).toEqual([
        name,
        expect.objectContaining({ error: expect.objectContaining({ errno: 403 }) as object }),
      ]);
    }
    expect(channel.messages).toHaveLength(6);
    expect(await api.supervisor.jobInfo({ session: 'test', job: 'web' })).toMatchObject({ running: 1, max_processes: 1 });
    expect(await api.supervisor.pids()).toEqual([1]);
  });
});
