import { describe, expect, it } from 'vitest';
import { Metrics } from '../../../src/api/metrics/metrics.ts';
import { GafferError } from '../../../src/errors.ts';
import type { GafferNode } from '../../../src/job/node.ts';
import { ChannelClient } from '../../support/channel-client.ts';
import { EventLog } from '../../support/event-log.ts';
import { FakeWebhooks } from '../../support/fake-webhooks.ts';
import { becomes } from '../../support/processes.ts';
import { program } from '../../support/programs.ts';
import { readPrometheus, type Told } from '../../support/prometheus.ts';
import { openApi, type TestApi, test } from '../../support/test-api.ts';

const WEB = { session: 'test', name: 'test.web' };

async function scrape(api: TestApi): Promise<Told> {
  const { status, text } = await api.ask('GET', '/metrics');
  expect(status).toBe(200);
  return readPrometheus(text);
}

/** No counter has fallen, and none has gone. */
function expectGrown(before: Told, after: Told): void {
  const now = after.counters;
  for (const [name, value] of before.counters) {
    expect([name, (now.get(name) ?? -1) >= value]).toEqual([name, true]);
  }
}

describe('metrics', () => {
  test('are in the text format of Prometheus, each described and with its unit in its name', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const { headers, text } = await api.ask('GET', '/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const { metrics } = readPrometheus(text);
    for (const [name, { type, help, samples }] of metrics) {
      expect(name).toMatch(/^(gaffer|process)_[a-z_]+$/);
      expect([name, type, name.endsWith('_total')]).toEqual([name, type === 'counter' ? 'counter' : 'gauge', type === 'counter']);
      expect(help).toMatch(/^[A-Z].*[^.]$/);
      expect(samples.length).toBeGreaterThan(0);
      expect(new Set(samples.map(({ labels }) => JSON.stringify(labels))).size).toBe(samples.length);
      expect(samples.every(({ labels }) => !('job' in labels) && !('instance' in labels))).toBe(true); // Prometheus has these for itself
    }
  });

  test('tell of a node that has done nothing yet', async ({ api }) => {
    const told = await scrape(api);
    expect(told.one('gaffer_build_info')).toBe(1);
    expect(told.all('gaffer_build_info')[0]?.labels).toEqual({ version: '1.2.3', node: process.versions.node });
    expect(told.one('gaffer_jobs', { state: 'started' })).toBe(0);
    expect(told.one('gaffer_events_total', { type: 'spawn' })).toBe(0);
    expect(told.one('gaffer_last_event_seq')).toBe(0);
    expect(told.metrics.has('gaffer_job_spawns_total')).toBe(false);
  });

  test('tell of jobs and their processes', async ({ api }) => {
    await api.load('web', program('ignores-term.sh'), { numprocesses: 2, graceful_timeout: 0.01 });
    await api.load('db', 'sleep 100', { start: false });
    await api.supervisor.commit({ session: 'test', job: 'web' });
    const told = await scrape(api);
    expect([told.one('gaffer_jobs', { state: 'started' }), told.one('gaffer_jobs', { state: 'stopped' })]).toEqual([1, 1]);
    expect(told.all('gaffer_job_state')).toEqual([
      { name: 'gaffer_job_state', labels: { ...WEB, state: 'started' }, value: 1 },
      { name: 'gaffer_job_state', labels: { session: 'test', name: 'test.db', state: 'stopped' }, value: 1 },
    ]);
    expect([told.one('gaffer_job_processes_running', WEB), told.one('gaffer_job_processes_wanted', WEB)]).toEqual([3, 2]);
    expect([told.one('gaffer_job_spawns_total', WEB), told.one('gaffer_job_restarts_total', WEB)]).toEqual([3, 0]);
    const memory = told.all('gaffer_process_resident_memory_bytes', WEB);
    expect(memory.map(({ labels }) => labels['slot']).sort()).toEqual(['0', '1', '2']);
    expect(memory.every(({ value }) => value > 50_000)).toBe(true);
    expect(told.one('gaffer_job_resident_memory_bytes', WEB)).toBe(memory.reduce((sum, { value }) => sum + value, 0));
    expect(told.one('gaffer_job_resident_memory_bytes', { name: 'test.db' })).toBe(0);
  });

  test('count what has happened', async ({ api }) => {
    const events = new EventLog(api.supervisor);
    const web = { session: 'test', job: 'web' };
    await api.load('web', 'sleep 100', { numprocesses: 2, flapping: false });
    await api.load('bad', 'sh -c "exit 3"', { flapping: { attempts: 2, window: 60, retry_in: 0.01, max_retry: 1 } });
    await events.next('give_up');
    await api.supervisor.signalProcess(1, 'SIGKILL');
    await events.first('spawn', ({ name, process }) => name === 'test.web' && process.slot === 1 && process.pid !== 1);
    await api.supervisor.scale(web, { op: '=', n: 1 });
    await events.first('exit', ({ requested }) => requested);
    const told = await scrape(api);
    const exits = (name: string): object =>
      Object.fromEntries(
        told
          .all('gaffer_job_exits_total', { name })
          .filter(({ value }) => value > 0)
          .map(({ labels: { requested, outcome }, value }) => [`${requested} ${outcome}`, value]),
      );
    expect(exits('test.web')).toEqual({ 'false signal': 1, 'true signal': 1 });
    const failures = events.of('exit').filter(({ name }) => name === 'test.bad').length;
    expect(exits('test.bad')).toEqual({ 'false failure': failures });
    expect([told.one('gaffer_job_spawns_total', WEB), told.one('gaffer_job_restarts_total', WEB)]).toEqual([3, 1]);
    const bad = { name: 'test.bad' };
    expect([told.one('gaffer_job_flaps_total', bad), told.one('gaffer_job_give_ups_total', bad), told.one('gaffer_job_spawns_total', bad)]).toEqual([
      1,
      1,
      failures,
    ]);
    expect(told.one('gaffer_job_state', { ...bad, state: 'given_up' })).toBe(1);
    expect(told.one('gaffer_last_event_seq')).toBe(events.all.length);
    expect(told.all('gaffer_events_total').reduce((sum, { value }) => sum + value, 0)).toBe(events.all.length);
    expect(told.one('gaffer_events_total', { type: 'exit' })).toBe(events.of('exit').length);
  });

  test.for(['a "quoted" one', 'back\\slash', 'two\nlines', '\\"', '\\n', 'ümläut 🦫', 'a b', '{x="y"}', '#'])(
    'tell of a job with the name %j',
    async (name, { api }) => {
      await api.load(name, 'sleep 100');
      const told = await scrape(api);
      expect(told.all('gaffer_job_processes_running')).toMatchObject([{ labels: { session: 'test', name: `test.${name}` }, value: 1 }]);
      expect(told.one('gaffer_process_cpu_seconds_total', { name: `test.${name}`, slot: '1' })).toBeLessThan(1);
    },
  );

  test('never fall, neither of what was used nor of what was counted, when processes are replaced', async ({ api }) => {
    const web = { session: 'test', job: 'web' };
    await api.load('web', program('busy-child.sh'));
    let before = await scrape(api);
    while ((before.one('gaffer_process_cpu_seconds_total', { ...WEB, slot: '1' }) ?? 0) < 0.1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      before = await scrape(api);
    }
    expect(before.one('gaffer_job_cpu_seconds_total', WEB)).toBe(before.one('gaffer_process_cpu_seconds_total', { ...WEB, slot: '1' }));
    for (const change of [() => api.supervisor.restart(web), () => api.supervisor.reload(web)]) {
      await change();
      const after = await scrape(api);
      expectGrown(before, after);
      before = after;
    }
    await api.supervisor.scale(web, { op: '=', n: 0 });
    await new Promise((resolve) => setTimeout(resolve, 50)); // else the node is not looked at again
    const none = await scrape(api);
    expect(none.all('gaffer_process_cpu_seconds_total')).toEqual([]);
    expect(none.one('gaffer_job_cpu_seconds_total', WEB)).toBeGreaterThanOrEqual(before.one('gaffer_job_cpu_seconds_total', WEB) ?? 1);
    await api.supervisor.scale(web, { op: '=', n: 1 });
    expectGrown(before, await scrape(api));
  });

  test('leave out a job that is not loaded, and go on counting when it is loaded again', async ({ api }) => {
    const load = async (): Promise<void> => await api.load('web', 'sleep 100');
    await load();
    const before = await scrape(api);
    await api.supervisor.unload({ session: 'test', job: 'web' });
    const without = await scrape(api);
    expect(without.all('gaffer_job_spawns_total')).toEqual([]);
    expect(without.one('gaffer_events_total', { type: 'spawn' })).toBe(1);
    await load();
    const after = await scrape(api);
    expectGrown(before, after);
    expect([after.one('gaffer_job_spawns_total', WEB), after.one('gaffer_job_restarts_total', WEB)]).toEqual([2, 0]);
    expect(after.one('gaffer_job_exits_total', { ...WEB, requested: 'true', outcome: 'signal' })).toBe(1);
  });

  test('are whole, and only grow, while processes come and go', async ({ api }) => {
    await api.load('web', 'sleep 0.02', { numprocesses: 4, flapping: false });
    const events = new EventLog(api.supervisor);
    let before = await scrape(api);
    for (let round = 0; round < 20; round += 1) {
      const after = await scrape(api);
      for (const [name, value] of before.counters) {
        if (!name.startsWith('gaffer_process_')) {
          expect([name, (after.counters.get(name) ?? -1) >= value]).toEqual([name, true]); // a slot may be empty just now
        }
      }
      before = after;
      await events.next('exit');
    }
  });

  test('are told to several who ask at once', async ({ api }) => {
    await api.load('web', 'sleep 100', { numprocesses: 3 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => scrape(api)));
    for (const told of answers) {
      expect(told.one('gaffer_job_processes_running', WEB)).toBe(3);
    }
  });

  test('can be asked for by HEAD', async ({ api }) => {
    const { status, headers, text } = await api.ask('HEAD', '/metrics');
    expect([status, headers['content-type'], text]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8', '']);
  });

  test('tell of the process that serves them', async ({ api }) => {
    const told = await scrape(api);
    expect(told.one('process_resident_memory_bytes')).toBeGreaterThan(20 * 1024 * 1024);
    expect(told.one('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(told.one('process_open_fds')).toBeGreaterThan(3);
    expect(Math.abs((told.one('process_start_time_seconds') ?? 0) - (Date.now() / 1000 - process.uptime()))).toBeLessThan(2);
    expect(told.one('gaffer_event_loop_active_seconds_total')).toBeGreaterThan(0);
    expect(told.one('gaffer_event_loop_idle_seconds_total')).toBeGreaterThanOrEqual(0);
    expect(told.one('gaffer_event_loop_lag_seconds')).toBeLessThan(10); // in milliseconds it would be more
    expectGrown(told, await scrape(api));
  });
});

describe('who is told of what happens', () => {
  test('is counted: feeds that are open, and what slow ones were not sent', async ({ api }) => {
    await api.load('web', program('write-bytes.mjs', 16 * 1024 * 1024), { redirect_input: true, on_exit: 'ignore' });
    const events = new EventLog(api.supervisor);
    const feed = await api.follow('/log?follow=true&lines=0', false);
    const before = await scrape(api);
    expect([before.one('gaffer_feeds_open'), before.one('gaffer_feed_records_dropped_total')]).toEqual([1, 0]);
    await (await api.supervisor.stream(1, 'stdin')).write('go');
    await events.next('exit');
    const after = await scrape(api);
    feed.resume();
    await feed.log.until(/"dropped".*\n/);
    const told = feed.records.reduce((sum, { dropped }) => sum + (typeof dropped === 'number' ? dropped : 0), 0);
    expect(told).toBeGreaterThan(0);
    expect(after.one('gaffer_feed_records_dropped_total')).toBeLessThanOrEqual(told);
    expect((await scrape(api)).one('gaffer_feed_records_dropped_total')).toBe(told);
    feed.leave();
    while ((await scrape(api)).one('gaffer_feeds_open') !== 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  test('is counted: channels and what they follow', async ({ api }) => {
    const before = await scrape(api);
    expect(before.all('gaffer_channels_open').map(({ labels, value }) => [labels['kind'], value])).toEqual([
      ['websocket', 0],
      ['sockjs', 0],
      ['process', 0],
    ]);
    await api.load('web', 'sleep 100');
    const client = await ChannelClient.open(api.port);
    await client.subscribe('EVENTS');
    await client.subscribe('STATS:1');
    await client.subscribe('STATS:1');
    const open = await scrape(api);
    expect([open.one('gaffer_channels_open', { kind: 'websocket' }), open.one('gaffer_channel_subscriptions')]).toEqual([1, 2]);
    await api.supervisor.unload({ session: 'test', job: 'web' });
    await client.find(({ event }) => event === 'gaffer:subscription_end');
    expect((await scrape(api)).one('gaffer_channel_subscriptions')).toBe(1);
    client.socket.close();
    await becomes(() => client.closed !== undefined, 10_000);
    let after = await scrape(api);
    while (after.one('gaffer_channels_open', { kind: 'websocket' }) !== 0) {
      after = await scrape(api);
    }
    expect([after.one('gaffer_channel_subscriptions'), after.one('gaffer_channel_messages_dropped_total')]).toEqual([0, 0]);
  });

  it('is counted: webhooks', async () => {
    const webhooks = new FakeWebhooks();
    const counted = { sent: 5, failed: 4, dropped: 3, retried: 2, waiting: 1 };
    webhooks.list = () => [{ ...webhooks.find('ini-1'), ...counted }];
    const told = await scrape(await openApi({ webhooks }));
    const of = (what: string): number | undefined => told.one(`gaffer_webhook_events_${what}`, { webhook: 'ini-1' });
    expect(['sent_total', 'failed_total', 'dropped_total', 'retried_total', 'waiting'].map(of)).toEqual([5, 4, 3, 2, 1]);
  });
});

/** Metrics of a node, and nothing else. */
function metricsOf(node: Partial<GafferNode>): Metrics {
  return new Metrics({
    node: { overview: () => Promise.resolve([]), ...node } as GafferNode,
    version: '1',
    feeds: () => ({ open: 0, dropped: 0 }),
    channels: () => Promise.resolve(undefined),
    webhooks: () => [],
  });
}

describe('counting', () => {
  test('has begun before whoever asks: what is kept of the node’s events counts too', async ({ api }) => {
    const web = { session: 'test', job: 'web' };
    await api.load('web', 'sleep 100');
    const metrics = metricsOf({
      overview: () => api.supervisor.overview(),
      followEvents: (...asked) => api.supervisor.followEvents(...asked),
    });
    await metrics.begin();
    await api.supervisor.restart(web);
    const told = readPrometheus(await metrics.text());
    expect([told.one('gaffer_job_spawns_total', WEB), told.one('gaffer_job_restarts_total', WEB)]).toEqual([2, 1]);
    metrics.end();
    await api.supervisor.restart(web);
    expect(readPrometheus(await metrics.text()).one('gaffer_job_spawns_total', WEB)).toBe(2);
  });

  it('begins with the next event where the first ones are not kept any more', async () => {
    const asked: unknown[] = [];
    const metrics = metricsOf({
      followEvents: async (since, listener) => {
        asked.push(since);
        if (since !== undefined) {
          throw new GafferError('events_gone', 'what followed event 0 is not kept any more');
        }
        listener({ kind: 'event', event: { type: 'load', name: 'shop.web', seq: 9001, timeMs: 0 } });
        return { from: { seq: 9000 }, end: () => undefined };
      },
    });
    await metrics.begin();
    const told = readPrometheus(await metrics.text());
    expect(asked).toEqual([{ seq: 0 }, undefined]);
    expect([told.one('gaffer_last_event_seq'), told.one('gaffer_events_total', { type: 'load' })]).toEqual([9001, 1]);
  });

  it('does not hide why it could not begin', async () => {
    await expect(metricsOf({ followEvents: () => Promise.reject(new Error('a mistake')) }).begin()).rejects.toThrow('a mistake');
  });

  it('asks the node once for all who ask at the same time, and again for the next one, also when it has failed', async () => {
    let asked = 0;
    const metrics = metricsOf({
      overview: async () => {
        asked += 1;
        if (asked === 2) {
          throw new Error('not now');
        }
        return [];
      },
    });
    const [one, other] = await Promise.all([metrics.text(), metrics.text()]);
    expect([one === other, asked]).toEqual([true, 1]);
    await expect(metrics.text()).rejects.toThrow('not now');
    expect(await metrics.text()).toContain('gaffer_build_info');
    expect(asked).toBe(3);
  });
});
