import { describe, expect } from 'vitest';
import type { Gafferd } from '../../support/gafferd.ts';
import { test } from '../../support/machine.ts';

const JOB = ['[process:web]', 'cmd = sleep 1000', '[process:shop:db]', 'cmd = sleep 1000'];
const RELOADED = 'the configuration is read anew';

async function reload(daemon: Gafferd, times: number): Promise<void> {
  daemon.signal('SIGHUP');
  await daemon.stderr.until(RELOADED, times);
}

describe('gafferd', () => {
  test('serves the paths of 0.4 as long as its configuration does not say otherwise', async ({ machine }) => {
    machine.configure(...JOB);
    const daemon = await machine.start();
    expect((await daemon.ask('GET', '/processes')).json).toEqual(['web', 'shop:db']);
    expect((await daemon.ask('GET', '/stats/web')).json).toMatchObject({ name: 'web', stats: [{ id: 1, cmdline: 'sleep', children: [] }] });
    machine.configure('old_api = off', ...JOB);
    await reload(daemon, 1);
    const { status, json } = await daemon.ask('GET', '/processes');
    expect([status, json]).toEqual([404, expect.objectContaining({ message: expect.stringContaining('old_api = on in gafferd.ini') as string })]);
    expect((await daemon.ask('GET', '/jobs/default/web')).json).toMatchObject({ processes: [1] });
    machine.configure(...JOB);
    await reload(daemon, 2);
    expect((await daemon.ask('POST', '/processes/shop:db/_restart?wait=true')).json).toEqual({ ok: true });
  });

  test('is told with an option not to, which the file does not change', async ({ machine }) => {
    machine.configure('old_api = on', ...JOB);
    const daemon = await machine.start(['--no-old-api']);
    expect((await daemon.ask('GET', '/groups')).status).toBe(404);
    await reload(daemon, 1);
    expect((await daemon.ask('GET', '/groups')).status).toBe(404);
  });
});
