import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { keeperOf } from '../../../support/keepers.ts';
import { test } from '../../../support/obedient.ts';
import { becomes, runs } from '../../../support/processes.ts';

describe('two gafferds', () => {
  test('that start at once after a kill: one adopts, the others say who it is', async ({ machine, obedient }) => {
    const first = await obedient.start(['web']);
    const before = await obedient.process(first, 'web');
    const keeper = keeperOf(machine);
    expect(keeper).toBeDefined();
    await first.end('SIGKILL');
    const rivals = Array.from({ length: 3 }, () => machine.spawn());
    const winner = await Promise.any(rivals.map(async (one) => await one.ready().then(() => one)));
    expect(await becomes(() => rivals.filter(({ hasEnded }) => hasEnded).length === 2, 10_000)).toBe(true);
    expect(rivals.filter(({ hasEnded }) => !hasEnded)).toEqual([winner]);
    for (const loser of rivals.filter((one) => one !== winner)) {
      const { code, stderr } = await loser.result();
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/gafferd is running already .*pid \d+/) as string });
    }
    expect(await obedient.process(winner, 'web')).toEqual(before);
    expect(keeperOf(machine)).toBe(keeper);
  });

  test('of which one stands still: the other one does not take its children', async ({ machine, obedient }) => {
    const first = await obedient.start(['web']);
    const before = await obedient.process(first, 'web');
    first.signal('SIGSTOP');
    const { code, stderr } = await machine.run([]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(`pid ${first.pid}`) as string });
    first.signal('SIGCONT');
    expect(await obedient.process(first, 'web')).toEqual(before);
    first.signal('SIGSTOP');
    await first.end('SIGKILL');
    const second = await machine.start();
    expect(await obedient.process(second, 'web')).toEqual(before);
  });
});

describe('a keeper that lives', () => {
  test.for([
    ['names another boot', (text: string) => text.replace(/"bootId":"[^"]*"/, '"bootId":"another"')],
    ['is broken', () => '{'],
  ] as const)('is found though its record %s', async ([, change], { machine, obedient }) => {
    const first = await obedient.start(['web']);
    const before = await obedient.process(first, 'web');
    await first.end('SIGKILL');
    const record = join(machine.state, 'run/keeper/keeper.json');
    const text = readFileSync(record, 'utf8');
    writeFileSync(record, change(text));
    const second = await machine.start();
    expect(await obedient.process(second, 'web')).toEqual(before);
    writeFileSync(record, text);
  });
});

describe('when the keeper is killed', () => {
  test('together with gafferd, the next one ends what is left and starts the jobs anew', async ({ machine, obedient }) => {
    const first = await obedient.start(['web']);
    const before = await obedient.process(first, 'web');
    await first.end('SIGKILL');
    process.kill(keeperOf(machine)!, 'SIGKILL');
    const second = await machine.start();
    await obedient.written(second, 'web', 'ready\n');
    expect(runs(before.os_pid)).toBe(false);
    expect((await obedient.process(second, 'web')).os_pid).not.toBe(before.os_pid);
    expect(machine.processes.filter(({ command }) => command.includes('obeys'))).toHaveLength(1);
    expect(second.stderr.text).toMatch(/\[WARNING\].*left/);
  });

  test('alone, nothing is doubled, and somebody is told', async ({ machine, obedient }) => {
    const first = await obedient.start(['web']);
    process.kill(keeperOf(machine)!, 'SIGKILL');
    await first.stderr.until(/keep[^\n]* has gone: /);
    await first.stderr.until(/ listens on /, 2);
    await obedient.written(first, 'web', 'ready\n');
    expect(await becomes(() => machine.processes.filter(({ command }) => command.includes('obeys')).length === 1, 10_000)).toBe(true);
    expect(keeperOf(machine)).toBeDefined();
  });
});

describe('a graceful end', () => {
  test('leaves jobs with detach to the keeper, who reads them, and the next gafferd adopts them', async ({ machine, obedient }) => {
    const sections = [...obedient.section('stays', 'detach = true', 'flapping = none'), ...obedient.section('goes')];
    const first = await obedient.start(['stays', 'goes'], sections);
    const [stays, goes] = await Promise.all(['stays', 'goes'].map(async (name) => await obedient.process(first, name)));
    expect(await first.end('SIGTERM')).toMatchObject({ code: 0, stderr: expect.stringContaining('1 process of jobs with detach goes on') as string });
    expect([stays!, goes!].map(({ os_pid }) => runs(os_pid))).toEqual([true, false]);
    obedient.order('stays', 'i=0; while [ $i -lt 60000 ]; do i=$((i + 1)); echo "a line of about forty bytes, number $i"; done; echo over');
    obedient.order('stays', `touch ${machine.root}/through`);
    const second = await machine.start();
    expect(await obedient.process(second, 'stays')).toEqual(stays);
    await expect.poll(async () => (await second.ask('GET', `/${stays!.pid}/tail`)).text).toMatch(/over\n$/);
    await obedient.written(second, 'goes', 'ready\n');
    machine.configure(...obedient.section('goes'));
    second.signal('SIGHUP');
    expect(await becomes(() => !runs(stays!.os_pid), 10_000)).toBe(true);
  });
});
