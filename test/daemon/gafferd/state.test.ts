import { describe, expect } from 'vitest';
import type { Gafferd } from '../../support/gafferd.ts';
import { test } from '../../support/machine.ts';

const SLEEP = { cmd: 'sleep 1000', os_env: true };

/** What an admin sees of every job. */
async function seen(daemon: Gafferd): Promise<unknown> {
  const { jobs } = (await daemon.ask('GET', '/jobs')).json as { jobs: string[] };
  return await Promise.all(
    jobs.map(async (name) => {
      const { state, max_processes, running, config } = (await daemon.ask('GET', `/jobs/${name.replace('.', '/')}`)).json as Record<string, unknown>;
      return { name, state, max_processes, running, config };
    }),
  );
}

describe('jobs that came over the API', () => {
  test('are after a new start what they were: configuration, order, number, stopped or not', async ({ machine }) => {
    const first = await machine.start();
    const load = async (name: string, more: object = {}): Promise<void> => {
      expect((await first.ask('POST', '/jobs/shop', { name, ...SLEEP, ...more })).status).toBe(200);
    };
    await load('plain', { env: { A: 'ä\n"' }, args: ['-x'].slice(1), graceful_timeout: 1.5, flapping: { attempts: 3 }, priority: 5 });
    await load('rests', { start: false, numprocesses: 2 });
    await load('stopped');
    await load('grown');
    await load('shrunk', { numprocesses: 3 });
    await load('none', { numprocesses: 2 });
    await load('changed');
    await load('gone');
    await first.ask('POST', '/jobs/shop/stopped/state', '0');
    await first.ask('POST', '/jobs/shop/grown/numprocesses', { scale: 2 });
    await first.ask('POST', '/jobs/shop/shrunk/numprocesses', { scale: '-1' });
    await first.ask('POST', '/jobs/shop/none/numprocesses', { scale: '=0' });
    await first.ask('PUT', '/jobs/shop/changed', { ...SLEEP, cmd: 'sleep 999', numprocesses: 2 });
    await first.ask('DELETE', '/jobs/shop/gone');
    const before = await seen(first);
    expect(before).toMatchObject([
      { name: 'shop.plain', state: 'started' },
      { name: 'shop.rests', state: 'stopped', max_processes: 2 },
      { name: 'shop.stopped', state: 'stopped', max_processes: 0 },
      { name: 'shop.grown', running: 3 },
      { name: 'shop.shrunk', running: 2 },
      { name: 'shop.none', state: 'started', running: 0 },
      { name: 'shop.changed', running: 2, config: { cmd: 'sleep 999' } },
    ]);
    await first.end('SIGTERM');
    const second = await machine.start();
    expect(await seen(second)).toEqual(before);
    await second.ask('POST', '/jobs/shop/stopped/numprocesses', { scale: 1 });
    await second.ask('POST', '/jobs/shop/rests/numprocesses', { scale: 1 });
    expect((await second.ask('GET', '/jobs/shop/stopped')).json).toMatchObject({ running: 0, max_processes: 1 });
    expect((await second.ask('GET', '/jobs/shop/rests')).json).toMatchObject({ running: 3 });
  });

  test('start by their priority, and stay in their order', async ({ machine }) => {
    const first = await machine.start();
    for (const [name, priority] of [
      ['late', 9],
      ['last', null],
      ['early', 1],
    ] as const) {
      await first.ask('POST', '/jobs/shop', { name, ...SLEEP, priority });
    }
    await first.end('SIGTERM');
    const second = await machine.start(['--log-level', 'debug']);
    await second.stderr.until('spawn', 3);
    expect([...second.stderr.text.matchAll(/spawn shop\.(\S+)/g)].map(([, name]) => name)).toEqual(['early', 'late', 'last']);
    expect((await second.ask('GET', '/jobs')).json).toEqual({ jobs: ['shop.late', 'shop.last', 'shop.early'] });
  });

  test('stay when the configuration has one of the same name, and gafferd warns', async ({ machine }) => {
    const first = await machine.start();
    await first.ask('POST', '/jobs/default', { name: 'web', ...SLEEP, numprocesses: 2 });
    machine.configure('[process:web]', 'cmd = sleep 5', '[process:db]', 'cmd = sleep 1000');
    first.signal('SIGHUP');
    await first.stderr.until(/\[WARNING\] default\.web is in the configuration, and was loaded over the API too: that one stays/);
    await first.end('SIGTERM');
    const second = await machine.start();
    expect(second.stderr.text).toMatch(/\[WARNING\] default\.web is in the configuration/);
    expect(await seen(second)).toMatchObject([
      { name: 'default.db', running: 1 },
      { name: 'default.web', running: 2, config: { cmd: 'sleep 1000' } },
    ]);
    await second.ask('DELETE', '/jobs/default/web');
    second.signal('SIGHUP');
    await second.stderr.until('is read anew');
    expect((await second.ask('GET', '/jobs/default/web')).json).toMatchObject({ running: 1, config: { cmd: 'sleep 5' } });
  });
});

describe('jobs of the configuration', () => {
  test('are what the configuration says at each start', async ({ machine }) => {
    machine.configure('[process:web]', 'cmd = sleep 1000');
    const first = await machine.start();
    await first.ask('POST', '/jobs/default/web/numprocesses', { scale: '=3' });
    expect((await first.ask('GET', '/jobs/default/web')).json).toMatchObject({ running: 3 });
    await first.end('SIGTERM');
    expect((await (await machine.start()).ask('GET', '/jobs/default/web')).json).toMatchObject({ running: 1 });
  });
});
