import { describe, expect } from 'vitest';
import type { WebhookInfo } from '../../../src/protocol/webhook.ts';
import type { Gafferd } from '../../support/gafferd.ts';
import { HookReceiver } from '../../support/hook-receiver.ts';
import { test } from '../../support/machine.ts';
import { becomes, peakMegabytes } from '../../support/processes.ts';
import { isSignedWith } from '../webhooks/rig.ts';

const SLEEP = { cmd: 'sleep 1000', os_env: true };

/** Every webhook, as the API tells it. */
async function webhooks(daemon: Gafferd): Promise<WebhookInfo[]> {
  return ((await daemon.ask('GET', '/webhooks')).json as { webhooks: WebhookInfo[] }).webhooks;
}

/** Adds a webhook; tells its id. */
async function add(daemon: Gafferd, hook: object): Promise<string> {
  const { status, json } = await daemon.ask('POST', '/webhooks', hook);
  expect(status).toBe(201);
  return (json as { id: string }).id;
}

describe('webhooks of the configuration', () => {
  test('get the first loads and everything after them, in their order and under each name', async ({ machine }) => {
    const [all, some, old] = [await HookReceiver.open(), await HookReceiver.open(), await HookReceiver.open()];
    machine.configure(
      '[webhooks]',
      `. = ${all.url('/all')}`,
      `job.default.Web.spawn = ${some.url('/exact')}`,
      `job.shop = ${some.url('/prefix')}`,
      `proc.Web.spawn = ${old.url()}`,
      `create = ${old.url()}`,
      '[process:Web]',
      'cmd = sleep 1000',
      'priority = 1',
      '[process:shop:db]',
      'cmd = sleep 1000',
      'numprocesses = 2',
    );
    const daemon = await machine.start();
    const job = (name: string, count: number): string[] => [
      ...['load', 'start', `job.${name}.start`],
      ...Array.from({ length: count }, () => ['spawn', `job.${name}.spawn`]).flat(),
    ];
    await all.until(12);
    const before = (names: readonly string[], receiver: HookReceiver): unknown[] => receiver.events.filter((event) => names.includes(String(event)));
    expect(all.received.filter(({ json }) => json['name'] === 'default.Web').map(({ json }) => json['event'])).toEqual(job('default.Web', 1));
    expect(all.received.filter(({ json }) => json['name'] === 'shop.db').map(({ json }) => json['event'])).toEqual(job('shop.db', 2));
    await some.until(4);
    expect(some.received.filter(({ path }) => path === '/exact').map(({ json }) => json['event'])).toEqual(['job.default.Web.spawn']);
    expect(before(['job.shop.db.start', 'job.shop.db.spawn'], some)).toEqual(['job.shop.db.start', 'job.shop.db.spawn', 'job.shop.db.spawn']);
    await old.until(3);
    expect(old.received.map(({ json: { event, name } }) => [event, name])).toEqual([
      ['create', 'Web'],
      ['create', 'shop:db'],
      ['proc.Web.spawn', 'Web'],
    ]);
    const [spawn] = all.received.filter(({ json }) => json['event'] === 'spawn');
    expect(spawn?.json).toMatchObject({ name: 'default.Web', pid: 1, os_pid: (await daemon.osPids({ session: 'default', job: 'Web' }))[0] });
    expect(spawn?.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': expect.stringMatching(/^gaffer\/\d/) as string });
    expect(daemon.stderr.text).not.toContain('does not do it yet');
    expect((await daemon.end('SIGTERM')).code).toBe(0);
    const stopped = all.events.slice(all.events.indexOf('stop'));
    expect(stopped).toEqual(expect.arrayContaining(['job.shop.db.stop', 'job.default.Web.exit', 'proc.1.exit']));
    expect(await becomes(() => all.open === 0, 10_000)).toBe(true);
  });

  test('are signed with the secret of their section, which is shown nowhere', async ({ machine }) => {
    const receiver = await HookReceiver.open();
    machine.write('key', 'from a file');
    machine.configure(
      '[webhook:chat]',
      'event = load start',
      `url = ${receiver.url().replace('//', '//me:pa55@')}`,
      'secret_file = key',
      '[job:web]',
      'cmd = sleep 5',
    );
    const daemon = await machine.start(['--log-level', 'debug', '-vv']);
    await receiver.until(2);
    for (const { headers, body } of receiver.received) {
      expect(isSignedWith('from a file', String(headers['x-gaffer-signature']), body)).toBe(true);
      expect(headers.authorization).toBe(`Basic ${Buffer.from('me:pa55').toString('base64')}`);
    }
    expect(receiver.events).toEqual(['load', 'start']);
    await expect
      .poll(async () => await webhooks(daemon))
      .toMatchObject([
        { id: 'ini-1', event: 'load', has_secret: true, sent: 1 },
        { id: 'ini-2', event: 'start', sent: 1, url: receiver.url().replace('//', '//***@') },
      ]);
    const listed = await webhooks(daemon);
    const { status, json } = await daemon.ask('DELETE', '/webhooks/ini-1');
    expect([status, json]).toMatchObject([409, { reason: expect.stringContaining(`${machine.root}/gafferd.ini:3`) as string }]);
    const { stdout, stderr } = await daemon.end('SIGTERM');
    expect(stdout + stderr + JSON.stringify(listed)).not.toMatch(/pa55|from a file/);
  });

  test('are changed by SIGHUP where they differ: the rest keeps what waits, and those of the API stay', async ({ machine }) => {
    const [stays, comes, api] = [
      await HookReceiver.open((response) => void response.writeHead(503).end()),
      await HookReceiver.open(),
      await HookReceiver.open(),
    ];
    machine.configure('[webhooks]', `load = ${stays.url('/stays')} ${stays.url('/goes')}`);
    const daemon = await machine.start();
    const id = await add(daemon, { event: 'load', url: api.url() });
    await daemon.ask('POST', '/jobs/shop', { name: 'one', ...SLEEP });
    await stays.until(2);
    await api.until(1);
    machine.configure('[webhooks]', `load = ${stays.url('/stays')} ${comes.url()}`);
    daemon.signal('SIGHUP');
    await daemon.stderr.until('is read anew');
    const gone = stays.received.filter(({ path }) => path === '/goes').length;
    stays.answer = (response) => response.writeHead(200).end();
    await daemon.ask('POST', '/jobs/shop', { name: 'two', ...SLEEP });
    const names = (receiver: HookReceiver, path = '/'): unknown[] =>
      receiver.received.filter((one) => one.path === path).map(({ json }) => json['name']);
    expect(await becomes(() => names(stays, '/stays').includes('shop.two') && names(comes).length + names(api).length === 3, 10_000)).toBe(true);
    expect([names(stays, '/stays').slice(-2), names(comes), names(api)]).toEqual([['shop.one', 'shop.two'], ['shop.two'], ['shop.one', 'shop.two']]);
    expect(names(stays, '/goes')).not.toContain('shop.two');
    expect(names(stays, '/goes').length).toBeLessThanOrEqual(gone + 1); // one may have been under way
    await expect
      .poll(async () => (await webhooks(daemon)).map((hook) => [hook.id, hook.source, hook.sent]))
      .toEqual([
        ['ini-1', 'ini', 2],
        ['ini-3', 'ini', 1],
        [id, 'api', 2],
      ]);
  });
});

describe('webhooks of the API', () => {
  test('survive that gafferd is killed as soon as they are answered for, and stay removed', async ({ machine }) => {
    const receiver = await HookReceiver.open();
    const first = await machine.start();
    const kept = await add(first, { event: 'job.shop', url: receiver.url(), secret: 'key' });
    const removed = await add(first, { event: '.', url: receiver.url('/removed') });
    expect((await first.ask('DELETE', `/webhooks/${removed}`)).status).toBe(200);
    await first.end('SIGKILL');
    const second = await machine.start();
    expect(await webhooks(second)).toMatchObject([{ id: kept, event: 'job.shop', source: 'api', has_secret: true, sent: 0 }]);
    await second.ask('POST', '/jobs/shop', { name: 'web', ...SLEEP });
    await receiver.until(2);
    expect(receiver.events).toEqual(['job.shop.web.start', 'job.shop.web.spawn']);
    expect(receiver.received.every(({ headers, body }) => isSignedWith('key', String(headers['x-gaffer-signature']), body))).toBe(true);
    expect(await becomes(() => receiver.received.length > 2, 100)).toBe(false);
  });

  test('hear of jobs that are loaded again', async ({ machine }) => {
    const receiver = await HookReceiver.open();
    const first = await machine.start();
    await first.ask('POST', '/jobs/shop', { name: 'web', ...SLEEP });
    await add(first, { event: 'load', url: receiver.url() });
    await first.end('SIGTERM');
    expect(receiver.received).toEqual([]);
    await machine.start();
    await receiver.until(1);
    expect(receiver.received[0]?.json).toMatchObject({ event: 'load', name: 'shop.web' });
  });
});

describe('a receiver that does not take events when gafferd goes', () => {
  /** Takes nothing before it is told to. */
  async function moody(): Promise<HookReceiver> {
    return await HookReceiver.open((response) => response.writeHead(503, { 'retry-after': '1' }).end());
  }

  test.for([['kill -9'], ['an upgrade']] as const)('is told of them after %s, in their order', async ([how], { machine }) => {
    const [receiver, willing] = [await moody(), await HookReceiver.open()];
    machine.configure('[webhooks]', `update = ${receiver.url()}`, '[process:web]', 'cmd = sleep 1000');
    const first = await machine.start();
    const id = await add(first, { event: 'update', url: willing.url() });
    const scale = async (daemon: Gafferd, n: number): Promise<void> => {
      expect((await daemon.ask('POST', '/jobs/default/web/numprocesses', { scale: `=${n}` })).status).toBe(200);
    };
    await scale(first, 2);
    await scale(first, 1);
    await receiver.until(1);
    // one whose answer has not been read yet would be sent again
    await expect.poll(async () => (await webhooks(first)).find((hook) => hook.id === id)?.sent).toBe(2);
    const before = receiver.received[0];
    let next = first;
    if (how === 'kill -9') {
      await first.end('SIGKILL');
      next = await machine.start();
    } else {
      expect(await machine.run(['--upgrade'])).toMatchObject({ code: 0 });
    }
    receiver.received.length = 0;
    receiver.answer = (response) => response.writeHead(204).end();
    await scale(next, 3);
    await receiver.until(3);
    await willing.until(3);
    const [event, second, third] = receiver.received.map(({ json }) => Number(json['seq']));
    expect([event, event! < second!, second! < third!]).toEqual([before?.json['seq'], true, true]);
    expect(receiver.received[0]?.headers['x-gaffer-delivery']).toBe(before?.headers['x-gaffer-delivery']);
    expect(await becomes(() => receiver.received.length > 3, 100)).toBe(false);
    expect(willing.received.map(({ json }) => json['seq'])).toEqual([event, second, third]);
  });
});

describe('receivers that are dead or hang', () => {
  test('cost gafferd nothing: the API stays quick, memory bounded, others get everything, and the end is near', { timeout: 120_000 }, async ({
    machine,
  }) => {
    const [good, hanging, dead] = [await HookReceiver.open(), await HookReceiver.open(() => undefined), await HookReceiver.open()];
    const deadUrl = dead.url();
    dead.close();
    const daemon = await machine.start();
    await daemon.ask('POST', '/jobs/shop', { name: 'web', ...SLEEP, numprocesses: 20 });
    /** How long half of so many requests take at most. */
    const median = async (requests: number): Promise<number> => {
      const times: number[] = [];
      for (let request = 1; request <= requests; request += 1) {
        const start = performance.now();
        expect((await daemon.ask('POST', '/jobs/shop/web/signal', { signal: 'CONT' })).status).toBe(202);
        times.push(performance.now() - start);
      }
      return times.sort((a, b) => a - b)[requests >> 1] ?? 0;
    };
    const usualMs = await median(50);
    await add(daemon, { event: 'job', url: good.url() });
    await add(daemon, { event: '.', url: hanging.url() });
    await add(daemon, { event: '.', url: deadUrl });
    const before = peakMegabytes(daemon.pid);
    expect(await median(500)).toBeLessThan(10 * usualMs + 50);
    expect(peakMegabytes(daemon.pid) - before).toBeLessThan(80);
    await expect.poll(async () => (await webhooks(daemon))[0]?.waiting).toBe(0);
    const [first, second, third] = await webhooks(daemon);
    expect(first).toMatchObject({ failed: 0, retried: 0, waiting: 0, last_status: 204, last_error: null });
    const numbers = good.received.map(({ json }) => Number(json['seq']));
    expect([first?.sent, first?.dropped, numbers]).toEqual([500, 0, numbers.toSorted((a, b) => a - b)]);
    expect(second).toMatchObject({ sent: 0, waiting: 10_001, dropped: 499 });
    expect(third).toMatchObject({ sent: 0, waiting: 10_001, dropped: 499, last_error: expect.stringContaining('ECONNREFUSED') as string });
    const start = performance.now();
    const { code, stderr } = await daemon.end('SIGTERM');
    expect([code, performance.now() - start < 9_000]).toEqual([0, true]); // an answer is waited for ten seconds
    expect(stderr).toMatch(/\[WARNING\] 2000\d events were not sent to webhooks/);
    expect(stderr.split('\n').filter((line) => line.includes('the webhook http')).length).toBeLessThan(8);
  });
});
