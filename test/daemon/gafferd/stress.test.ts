import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { test } from '../../support/machine.ts';
import { becomes } from '../../support/processes.ts';

const SLEEP = { cmd: 'sleep 1000', os_env: true };

/** Whether a small file system can be mounted here: only root may, and not in every container. */
const CAN_MOUNT = spawnSync('sh', ['-c', 'd=$(mktemp -d) && mount -t tmpfs -o size=64k none "$d" && umount "$d" && rmdir "$d"']).status === 0;

describe('gafferd', () => {
  test('starts a configuration of 500 jobs', { timeout: 60_000 }, async ({ machine }) => {
    machine.configure(
      ...Array.from({ length: 500 }, (_, index) => [`[process:s${index % 10}:job${index}]`, 'cmd = sleep 1000', 'redirect_output = out']).flat(),
    );
    const daemon = await machine.start();
    expect(await becomes(() => machine.processes.length === 501, 40_000)).toBe(true);
    expect(((await daemon.ask('GET', '/jobs')).json as { jobs: string[] }).jobs).toHaveLength(500);
    expect((await daemon.end('SIGTERM')).code).toBe(0);
  });

  test('scales a job to the right number when 50 ask at once, and keeps it', async ({ machine }) => {
    const first = await machine.start();
    await first.ask('POST', '/jobs/shop', { name: 'web', ...SLEEP });
    const answers = await Promise.all(Array.from({ length: 50 }, () => first.ask('POST', '/jobs/shop/web/numprocesses', { scale: 1 })));
    expect([...new Set(answers.map(({ status }) => status))]).toEqual([200]);
    expect((await first.ask('GET', '/jobs/shop/web/numprocesses')).json).toEqual({ numprocesses: 51 });
    expect(await becomes(() => machine.processes.length === 52, 15_000)).toBe(true);
    const mixed = Array.from({ length: 50 }, (_, index) =>
      first.ask('POST', '/jobs/shop/web/numprocesses', { scale: index % 2 === 0 ? '-1' : '=7' }),
    );
    await Promise.all(mixed);
    const { max_processes } = (await first.ask('GET', '/jobs/shop/web')).json as { max_processes: number };
    await first.end('SIGKILL');
    const second = await machine.start();
    expect((await second.ask('GET', '/jobs/shop/web')).json).toMatchObject({ running: max_processes, max_processes });
    expect(await becomes(() => machine.processes.length === max_processes + 1, 10_000)).toBe(true);
  });

  test('goes on after it has stood still for a second', async ({ machine }) => {
    machine.configure('[process:brief]', 'cmd = sh -c "sleep 0.02"', 'flapping = none', '[process:web]', 'cmd = sleep 1000', 'numprocesses = 3');
    const daemon = await machine.start();
    const answers = Promise.all(Array.from({ length: 20 }, (_, index) => daemon.ask('POST', '/jobs/api', { name: `job${index}`, ...SLEEP })));
    daemon.signal('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 1200));
    daemon.signal('SIGCONT');
    expect([...new Set((await answers).map(({ status }) => status))]).toEqual([200]);
    const isWhole = (): boolean => machine.processes.filter(({ command }) => command === 'sleep 1000').length === 23;
    expect(await becomes(isWhole, 10_000)).toBe(true);
    expect((await daemon.ask('GET', '/jobs/default/brief')).json).toMatchObject({ state: 'started', max_processes: 1 });
  });

  test.skipIf(!CAN_MOUNT)('refuses what it cannot keep when the disk is full, and goes on', async ({ machine }) => {
    mkdirSync(machine.state, { mode: 0o700 });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k,mode=700', 'none', machine.state]);
    const filler = join(machine.state, 'filler');
    try {
      const daemon = await machine.start();
      const load = async (name: string) => await daemon.ask('POST', '/jobs/shop', { name, ...SLEEP });
      expect((await load('first')).status).toBe(200);
      spawnSync('sh', ['-c', `cat /dev/zero > ${filler}`]);
      const refused = await load('second');
      expect(refused).toMatchObject({
        status: 500,
        json: { reason: expect.stringMatching(/^cannot write .*state\.db: the disk is full; [^\n]*$/) as string },
      });
      expect((await daemon.ask('POST', '/jobs/shop/first/numprocesses', { scale: '=3' })).status).toBe(500);
      expect((await daemon.ask('DELETE', '/jobs/shop/first')).status).toBe(500);
      expect((await daemon.ask('GET', '/jobs/shop/first')).json).toMatchObject({ running: 1, max_processes: 1 });
      expect((await daemon.ask('GET', '/jobs')).json).toEqual({ jobs: ['shop.first'] });
      rmSync(filler);
      expect((await load('second')).status).toBe(200);
      expect((await daemon.ask('POST', '/jobs/shop/first/numprocesses', { scale: '=3' })).json).toEqual({ numprocesses: 3 });
      spawnSync('sh', ['-c', `cat /dev/zero > ${filler}`]);
      expect((await daemon.end('SIGTERM')).code).toBe(0);
      const next = await machine.start();
      expect((await next.ask('GET', '/jobs/shop/first')).json).toMatchObject({ running: 3 });
      await next.end('SIGTERM');
      expect(machine.stateFiles.sort()).toEqual(['filler', 'state.db']);
    } finally {
      for (const { pid } of machine.processes) {
        process.kill(pid, 'SIGKILL');
      }
      execFileSync('umount', ['-l', machine.state]);
    }
  });
});
