import { describe, expect } from 'vitest';
import { askAt } from '../../../support/gafferd.ts';
import { test } from '../../../support/obedient.ts';
import { becomes, runs } from '../../../support/processes.ts';

describe('a child that is adopted', () => {
  test('keeps its pid, slot, times and counts, and all of its streams', async ({ machine, obedient }) => {
    const section = obedient.section('web', 'redirect_input = true', 'redirect_output = out err', 'flapping = none');
    const first = await obedient.start(['web'], section);
    obedient.order('web', 'exit 0');
    await expect.poll(async () => (await obedient.processes(first, 'web')).map(({ restarts }) => restarts)).toEqual([1]);
    await obedient.written(first, 'web', 'ready\n');
    const before = await obedient.process(first, 'web');
    const send = async (text: string, url: string) => await askAt(url, 'POST', `/streams/${before.pid}/stdin`, text);
    obedient.order('web', 'read -r line && echo "got $line" && echo "err $line" >&2');
    expect((await send('one\n', first.urls[0]!)).status).toBe(200);
    await obedient.written(first, 'web', 'ready\ngot one\n');
    await first.end('SIGKILL');
    obedient.order('web', 'echo away');
    obedient.order('web', 'read -r line && echo "got $line"');
    const second = await machine.start();
    expect(await obedient.process(second, 'web')).toEqual(before);
    await obedient.written(second, 'web', 'ready\ngot one\naway\n');
    expect((await send('two\n', second.urls[0]!)).status).toBe(200);
    await obedient.written(second, 'web', 'ready\ngot one\naway\ngot two\n');
    await expect.poll(async () => (await second.ask('GET', `/${before.pid}/tail?stream=err`)).text).toBe('err one\n');
    expect((await second.ask('GET', `/${before.pid}`)).json).toMatchObject({ adopted: true, restarts: 1, redirect_input: true });
    obedient.order('web', 'exit 0');
    await expect
      .poll(async () => (await obedient.processes(second, 'web')).map(({ restarts, slot }) => ({ restarts, slot })))
      .toEqual([{ restarts: 2, slot: 1 }]);
    await obedient.written(second, 'web', 'ready\n');
    const { pid } = await obedient.process(second, 'web');
    expect((await second.ask('GET', `/${pid}`)).json).not.toMatchObject({ adopted: true });
  });

  test('may have closed its outputs, or have left others behind that write', async ({ machine, obedient }) => {
    const names = ['closes', 'leaves', 'forks'];
    const first = await obedient.start(
      names,
      names.flatMap((name) => obedient.section(name, 'flapping = none', 'on_exit = ignore')),
    );
    const before = await Promise.all(names.map(async (name) => await obedient.process(first, name)));
    obedient.order('closes', 'exec >&- 2>&-');
    obedient.order('forks', '(while read -r line <&9; do echo "fork $line"; done) & exit 4');
    await expect.poll(async () => (await obedient.job(first, 'forks')).running).toBe(0);
    await first.end('SIGKILL');
    obedient.order('leaves', '(sleep 0.3; echo late) & exit 5');
    obedient.order('forks', 'one');
    expect(await becomes(() => !runs(before[1]!.os_pid), 10_000)).toBe(true);
    const second = await machine.start();
    expect(await obedient.process(second, 'closes')).toEqual(before[0]);
    await expect.poll(async () => (await obedient.job(second, 'leaves')).state).toBe('done');
    const log = async (name: string): Promise<string> => (await second.ask('GET', `/log?job=default.${name}`)).text;
    await expect.poll(async () => await log('leaves')).toContain('late');
    await expect.poll(async () => await log('forks')).toContain('fork one');
    expect(await log('leaves')).toContain('"exit_status":5');
    obedient.order('closes', 'exit 0');
    await expect.poll(async () => (await obedient.job(second, 'closes')).running).toBe(0);
    expect((await second.end('SIGTERM')).code).toBe(0);
    expect(machine.processes).toEqual([]);
  });

  test('that ignores every signal is killed when its time is over, also when gafferd was killed meanwhile', async ({ machine, obedient }) => {
    const first = await obedient.start(['web'], obedient.section('web', 'graceful_timeout = 2'));
    const before = await obedient.process(first, 'web');
    obedient.order('web', 'trap "" TERM HUP INT USR1 USR2; echo deaf');
    await obedient.written(first, 'web', 'ready\ndeaf\n');
    const from = performance.now();
    expect((await first.ask('DELETE', `/${before.pid}`)).status).toBe(202);
    await first.end('SIGKILL');
    expect(runs(before.os_pid)).toBe(true);
    const second = await machine.start();
    const adopted = performance.now();
    expect(await becomes(() => !runs(before.os_pid), 10_000)).toBe(true);
    expect(performance.now() - from).toBeGreaterThan(1900);
    expect(performance.now() - adopted).toBeLessThan(2000); // it did not begin to wait anew
    await obedient.written(second, 'web', 'ready\n');
    const { restarts, slot, pid } = await obedient.process(second, 'web');
    expect({ restarts, slot }).toEqual({ restarts: 1, slot: 1 });
    expect(pid).toBe(before.pid + 1);
  });

  test('may run outside supervision', async ({ machine, obedient }) => {
    const first = await obedient.start([], ['[process:web]', 'cmd = sleep 1000', 'numprocesses = 0']);
    const { pid } = (await first.ask('POST', '/jobs/default/web/commit', {})).json as { pid: number };
    await first.end('SIGKILL');
    const second = await machine.start();
    expect(await obedient.job(second, 'web')).toMatchObject({ running_out: 1, processes: [pid] });
    expect((await second.ask('DELETE', `/${pid}?wait=true`)).status).toBe(202);
    expect(await obedient.job(second, 'web')).toMatchObject({ running: 0 });
  });

  test('keeps being counted, though there are none of its kind between', async ({ machine, obedient }) => {
    const job = ['[process:web]', 'cmd = false', 'flapping = 3 600 300 5'];
    const first = await obedient.start([], job);
    await expect.poll(async () => (await obedient.job(first, 'web')).state).toBe('paused');
    await first.end('SIGKILL');
    machine.configure(...job);
    const second = await machine.start();
    expect((await obedient.job(second, 'web')).state).toBe('paused');
    const spawns = async (): Promise<number> => (await second.ask('GET', '/log?lines=1000')).text.split('"event":"spawn"').length - 1;
    const before = await spawns();
    await second.ask('PUT', '/jobs/default/web', { name: 'web', cmd: 'sleep 1000', os_env: true });
    await expect.poll(async () => (await obedient.processes(second, 'web')).map(({ restarts }) => restarts)).toEqual([before]);
  });
});

describe('a job that was removed and loaded again', () => {
  test('goes on, though the end of what it was before came later', async ({ machine, obedient }) => {
    const first = await obedient.start([]);
    const script = { cmd: 'trap "" TERM; echo deaf; while :; do sleep 0.1; done', shell: true, os_env: true };
    const config = { ...script, graceful_timeout: 0.3, redirect_output: ['out'] };
    for (const name of ['one', 'web', 'two']) {
      await first.ask('POST', '/jobs/default', { ...config, name });
    }
    const [old = 0] = await first.osPids({ session: 'default', job: 'web' });
    await expect.poll(async () => (await first.ask('GET', '/log?job=default.web&lines=10')).text).toContain('deaf');
    const removed = first.ask('DELETE', '/jobs/default/web');
    await expect.poll(async () => (await first.ask('POST', '/jobs/default', { ...config, name: 'web' })).status).toBe(200);
    expect((await removed).status).toBe(200);
    const before = await first.osPids({ session: 'default', job: 'web' });
    expect(before).not.toContain(old);
    expect(await becomes(() => !runs(old), 10_000)).toBe(true);
    await expect.poll(async () => (await first.ask('GET', '/log?lines=1000')).text).toMatch(new RegExp(`"exit".*"os_pid":${old},`));
    await becomes(() => false, 100); // until nobody is found to be left of it
    const jobs = (await first.ask('GET', '/jobs')).json;
    await first.end('SIGKILL');
    const second = await machine.start();
    expect((await second.ask('GET', '/jobs')).json).toEqual(jobs);
    expect((await second.ask('GET', '/jobs/default/web')).json).toMatchObject({ state: 'started', running: 1 });
    expect(await second.osPids({ session: 'default', job: 'web' })).toEqual(before);
  });
});
