import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { test } from '../../../support/obedient.ts';
import { becomes, runs } from '../../../support/processes.ts';

const SLEEP = { cmd: 'sleep 1000', os_env: true };

describe('what has changed while there was no gafferd', () => {
  test('in the configuration is done to those jobs, and the others are adopted', async ({ machine, obedient }) => {
    const names = ['same', 'changes', 'grows', 'shrinks', 'goes'];
    const section = (name: string, count: number): string[] => obedient.section(name, `numprocesses = ${count}`, 'flapping = none');
    machine.configure(...section('same', 2), ...section('changes', 1), ...section('grows', 1), ...section('shrinks', 3), ...section('goes', 1));
    const first = await machine.start();
    const look = async (daemon: typeof first) => {
      return Object.fromEntries(
        await Promise.all([...names, 'comes'].map(async (name) => [name, await daemon.osPids({ session: 'default', job: name })] as const)),
      );
    };
    await expect
      .poll(async () =>
        Object.values(await look(first))
          .flat()
          .filter((pid) => pid > 0),
      )
      .toHaveLength(8);
    const before = await look(first);
    await first.end('SIGKILL');
    machine.configure(
      ...section('same', 2),
      ...section('changes', 1).concat('env:A = 1'),
      ...section('grows', 3),
      ...section('shrinks', 1),
      ...section('comes', 1),
    );
    const second = await machine.start();
    await expect.poll(async () => (await look(second))['grows']).toHaveLength(3);
    await expect.poll(async () => (await look(second))['comes']).toHaveLength(1);
    expect(await becomes(() => ![...before['goes']!, ...before['changes']!].some(runs), 10_000)).toBe(true);
    await expect.poll(async () => (await look(second))['changes']).toHaveLength(1);
    const after = await look(second);
    expect(after['same']).toEqual(before['same']);
    expect(after['grows']).toContain(before['grows']![0]);
    expect(after['shrinks']).toHaveLength(1);
    expect(before['shrinks']).toContain(after['shrinks']![0]);
    expect(after['goes']).toEqual([]);
    expect((await obedient.job(second, 'changes')).config.env).toMatchObject({ A: '1' });
    const { jobs } = (await second.ask('GET', '/jobs')).json as { jobs: string[] };
    expect(jobs.sort()).toEqual(['changes', 'comes', 'grows', 'same', 'shrinks'].map((name) => `default.${name}`));
  });

  for (const [what, change] of [
    ['is older than the children', (file: string, old: string) => copyFileSync(old, file)],
    ['is missing', (file: string) => rmSync(file)],
  ] as const) {
    test(`in a state file that ${what} takes nothing back`, async ({ machine }) => {
      const first = await machine.start();
      const load = async (name: string, more: object = {}) => await first.ask('POST', '/jobs/shop', { name, ...SLEEP, ...more });
      await load('kept', { numprocesses: 2 });
      await load('removed');
      await first.end('SIGTERM');
      const [file, old] = [join(machine.state, 'state.db'), join(machine.root, 'old.db')];
      copyFileSync(file, old);
      const second = await machine.start();
      await second.ask('POST', '/jobs/shop', { name: 'young', ...SLEEP });
      await second.ask('POST', '/jobs/shop/kept/numprocesses', { scale: 1 });
      expect((await second.ask('DELETE', '/jobs/shop/removed?wait=true')).status).toBe(200);
      const look = async (daemon: typeof first): Promise<number[]> => {
        return (await Promise.all(['kept', 'young'].map(async (job) => await daemon.osPids({ session: 'shop', job })))).flat();
      };
      await expect.poll(async () => (await look(second)).filter((pid) => pid > 0)).toHaveLength(4);
      const pids = await look(second);
      await second.end('SIGKILL');
      change(file, old);
      rmSync(`${file}-wal`, { force: true });
      rmSync(`${file}-shm`, { force: true });
      const third = await machine.start();
      expect((await third.ask('GET', '/jobs')).json).toEqual({ jobs: ['shop.kept', 'shop.young'] });
      expect(await look(third)).toEqual(pids);
      await third.end('SIGTERM');
      const fourth = await machine.start();
      expect((await fourth.ask('GET', '/jobs')).json).toEqual({ jobs: ['shop.kept', 'shop.young'] });
      expect((await fourth.ask('GET', '/jobs/shop/kept')).json).toMatchObject({ running: 3 });
    });
  }

  test('in a state file that is broken is said, and nothing is taken back', async ({ machine }) => {
    const first = await machine.start();
    await first.ask('POST', '/jobs/shop', { name: 'web', ...SLEEP });
    await expect.poll(async () => (await first.osPids({ session: 'shop', job: 'web' }))[0]).toBeGreaterThan(0);
    const [osPid = 0] = await first.osPids({ session: 'shop', job: 'web' });
    await first.end('SIGKILL');
    const file = join(machine.state, 'state.db');
    writeFileSync(file, 'no database at all, '.repeat(1000));
    rmSync(`${file}-wal`, { force: true });
    const second = await machine.start();
    expect(second.stderr.text).toMatch(/\[CRITICAL\] .*state\.db .*it is kept as .*state\.db\.broken-/);
    expect(await second.osPids({ session: 'shop', job: 'web' })).toEqual([osPid]);
    await second.end('SIGTERM');
    const third = await machine.start();
    await expect.poll(async () => (await third.ask('GET', '/jobs/shop/web')).json).toMatchObject({ running: 1 });
    machine.stateFiles.filter((name) => name.startsWith('state.db.broken-')).forEach((name) => machine.mayStay.add(name));
  });
});
