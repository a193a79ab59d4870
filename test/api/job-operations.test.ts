import { describe, expect } from 'vitest';
import { EventLog } from '../support/event-log.ts';
import { OutputLog } from '../support/output-log.ts';
import { program } from '../support/programs.ts';
import { type TestApi, test } from '../support/test-api.ts';

const WEB = '/jobs/test/web';
const OK = { ok: true };

async function numbers(api: TestApi): Promise<readonly number[]> {
  return ((await api.ask('GET', `${WEB}/pids`)).json as { pids: number[] }).pids;
}

describe('a job', () => {
  test.for<[string, string, (object | string)?]>([
    ['GET', ''],
    ['HEAD', ''],
    ['PUT', '', { cmd: 'x' }],
    ['DELETE', ''],
    ['GET', '/stats'],
    ['GET', '/numprocesses'],
    ['POST', '/numprocesses', { scale: 1 }],
    ['POST', '/signal', { signal: 1 }],
    ['GET', '/state'],
    ['POST', '/state', '1'],
    ['GET', '/pids'],
    ['POST', '/commit', {}],
    ['POST', '/restart'],
    ['GET', '/tail'],
  ])('that is not loaded is not found by %s %s', async ([method, path, body], { api }) => {
    await api.load('b.c', 'sleep 100');
    for (const job of ['/jobs/test/nobody', '/jobs/nobody/web', '/jobs/test.b/c', '/jobs/test/B.c']) {
      const { status, json } = await api.ask(method, job + path, body === undefined ? {} : { body });
      expect(status).toBe(404);
      if (method !== 'HEAD') {
        expect(json).toMatchObject({ error: 'not_found', errno: 404, code: 'job_not_found', reason: expect.stringMatching(/^no job/) as string });
      }
    }
    expect(await api.supervisor.pids()).toEqual([1]);
    expect(api.warnings).toEqual([]);
  });

  test('tells what it is', async ({ api }) => {
    await api.load('web', 'sleep 100', { numprocesses: 2 });
    await api.ask('POST', `${WEB}/commit`, { body: {} });
    expect((await api.ask('GET', WEB)).json).toEqual({
      name: 'test.web',
      active: true,
      running: 3,
      running_out: 1,
      max_processes: 2,
      processes: [1, 2, 3],
      config: { name: 'web', cmd: 'sleep 100', os_env: true, redirect_output: ['out', 'out'], numprocesses: 2 },
      state: 'started',
    });
    expect(await numbers(api)).toEqual([1, 2]);
    expect((await api.ask('HEAD', WEB)).status).toBe(200);
  });

  test('does not show what a process was given from elsewhere', async ({ api }) => {
    await api.load('web', 'sleep 100', { env: { A: '1' } });
    await api.ask('POST', `${WEB}/commit`, { body: { env: { SECRET: '2' } } });
    const { config } = (await api.ask('GET', WEB)).json as { config: { env: object } };
    expect(config.env).toEqual({ A: '1' });
    const { env } = (await api.ask('GET', '/1')).json as { env: object };
    expect(env).toMatchObject({ A: '1' });
    expect(Object.keys(env)).not.toContain('SECRET');
    expect(Object.keys(env)).not.toContain('PATH');
  });

  test('is replaced by PUT and runs afterwards, also when it was stopped', async ({ api }) => {
    await api.load('web', 'sleep 100', { start: false });
    const put = await api.ask('PUT', WEB, { body: { cmd: 'sleep 200', name: 'web' } });
    expect([put.status, put.json]).toEqual([201, OK]);
    expect((await api.ask('GET', WEB)).json).toMatchObject({ active: true, config: { name: 'web', cmd: 'sleep 200' } });
    expect((await api.ask('PUT', `${WEB}?wait=true`, { body: { cmd: 'sleep 300' } })).status).toBe(201);
    expect((await api.ask('GET', WEB)).json).toMatchObject({ processes: [2], config: { cmd: 'sleep 300' } });
  });

  test('keeps its processes when PUT changes their number alone', async ({ api }) => {
    await api.load('web', 'sleep 100');
    await api.ask('PUT', WEB, { body: { cmd: 'sleep 100', os_env: true, redirect_output: ['out', 'out'], numprocesses: 2 } });
    expect(await numbers(api)).toEqual([1, 2]);
  });

  test.for<[object, string]>([
    [{}, 'cmd: expected, but missing'],
    [{ name: 'web' }, 'cmd: expected, but missing'],
    [{ name: 'other', cmd: 'x' }, 'template name conflict with the path'],
    [{ cmd: 'x', start: 'no' }, 'start: expected true or false, got "no"'],
    [{ cmd: "it's" }, "cmd: expected a closing '"],
    [{ cmd: 'x', stop_signal: 'SIGNOTHING' }, 'stop_signal: expected a signal'],
  ])('keeps what it has when PUT is given %j', async ([body, reason], { api }) => {
    await api.load('web', 'sleep 100');
    const { status, json } = await api.ask('PUT', WEB, { body });
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: 'bad_request', errno: 400, reason: expect.stringContaining(reason) as string });
    expect((await api.ask('GET', WEB)).json).toMatchObject({ config: { cmd: 'sleep 100' }, processes: [1] });
  });

  test('is unloaded at once, its processes end afterwards', async ({ api }) => {
    await api.load('web', program('ignores-term.sh'), { graceful_timeout: 60 });
    const log = new OutputLog();
    (await api.supervisor.stream(1)).onData((chunk) => log.add(Buffer.from(chunk)));
    await log.until('ready');
    expect(await api.ask('DELETE', WEB)).toMatchObject({ status: 200, json: OK });
    expect((await api.ask('GET', WEB)).status).toBe(404);
    expect((await api.ask('GET', '/1')).json).toMatchObject({ active: true });
  });

  test('is waited for when that is asked for', async ({ api }) => {
    await api.load('web', 'sleep 100');
    await api.ask('DELETE', `${WEB}?wait=true`);
    expect((await api.ask('GET', '/1')).status).toBe(404);
  });

  test('tells what it uses; without a process nobody knows', async ({ api }) => {
    await api.load('web', 'sleep 100', { numprocesses: 2 });
    const { name, stats, ...sums } = (await api.ask('GET', `${WEB}/stats`)).json as { name: string; stats: unknown[] };
    expect(name).toBe('test.web');
    expect(stats).toMatchObject([
      { pid: 1, mem_info1: expect.stringMatching(/^\d+[BKMG]$/) as string, ctime: expect.stringMatching(/^0:0\d\.\d\d$/) as string },
      { pid: 2 },
    ]);
    expect(Object.keys(sums)).toEqual(['mem', 'max_mem', 'min_mem', 'cpu', 'max_cpu', 'min_cpu']);
    await api.ask('POST', `${WEB}/state?wait=true`, { body: '0' });
    expect((await api.ask('GET', `${WEB}/stats`)).json).toEqual({
      name: 'test.web',
      stats: [],
      mem: 'N/A',
      max_mem: 'N/A',
      min_mem: 'N/A',
      cpu: 'N/A',
      max_cpu: 'N/A',
      min_cpu: 'N/A',
    });
  });
});

describe('scaling', () => {
  test.for<[unknown, number]>([
    [2, 5],
    [-2, 1],
    [0, 3],
    ['2', 5],
    ['+1', 4],
    ['-1', 2],
    ['=1', 1],
    ['=0', 0],
    [-5, 0],
    ['-99', 0],
    [1.0, 4],
  ])('of three by %j makes %i', async ([scale, wanted], { api }) => {
    await api.load('web', 'sleep 100', { numprocesses: 3 });
    const { status, json } = await api.ask('POST', `${WEB}/numprocesses`, { body: { scale } });
    expect([status, json]).toEqual([200, { numprocesses: wanted }]);
    expect((await api.ask('GET', `${WEB}/numprocesses`)).json).toEqual({ numprocesses: wanted });
    expect(await numbers(api)).toHaveLength(wanted);
  });

  test.for<[unknown, string, string]>([
    [{}, 'bad_request', 'scale: expected, but missing'],
    [{ scale: null }, 'bad_request', 'scale: expected integer or string'],
    [{ scale: [1] }, 'bad_request', 'scale: expected integer or string'],
    [{ scale: 1.5 }, 'bad_request', 'scale: expected integer or string'],
    [{ scale: 1, by: 2, to: 3 }, 'bad_request', 'by: no such member; to: no such member'],
    [[], 'bad_request', 'the body: expected object'],
    [{ scale: 'two' }, 'bad_value', 'expected a number of processes like 2, "+2", "-1" or "=3", got "two"'],
    [{ scale: '' }, 'bad_value', 'expected a number of processes'],
    [{ scale: '=-1' }, 'bad_value', 'expected a number of processes'],
    [{ scale: ' 2' }, 'bad_value', 'expected a number of processes'],
    [{ scale: 10_001 }, 'bad_value', 'expected at most 10000 processes, got 10001'],
    [{ scale: '=999999' }, 'bad_value', 'expected at most 10000 processes, got 999999'],
    [{ scale: 9_007_199_254_740_991 }, 'bad_value', 'expected at most 10000 processes'],
  ])('by %j is refused', async ([body, error, reason], { api }) => {
    await api.load('web', 'sleep 100');
    const { status, json } = await api.ask('POST', `${WEB}/numprocesses`, { body: body as object });
    expect(status).toBe(400);
    expect(json).toMatchObject({ error, errno: 400, reason: expect.stringContaining(reason) as string });
    expect(await numbers(api)).toEqual([1]);
  });
});

describe('the state of a job', () => {
  test('is 1 while it has a process, and can be set', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const state = async () => (await api.ask('GET', `${WEB}/state`)).text;
    const set = async (body: string) => await api.ask('POST', `${WEB}/state?wait=true`, { body });
    expect(await state()).toBe('1');
    expect(await set('2')).toMatchObject({ status: 202, json: OK });
    expect(await numbers(api)).toEqual([2]);
    expect(await set('0')).toMatchObject({ status: 202, json: OK });
    expect(await state()).toBe('0');
    expect(await set('1')).toMatchObject({ status: 202, json: OK });
    expect(await numbers(api)).toEqual([3]);
    expect((await api.ask('POST', `${WEB}/restart?wait=true`)).status).toBe(202);
    expect(await numbers(api)).toEqual([4]);
  });

  test('is being changed when the answer comes, if nobody waits', async ({ api }) => {
    await api.load('web', 'sleep 100');
    expect(await api.ask('POST', `${WEB}/state`, { body: '0' })).toMatchObject({ status: 202, json: OK });
    expect((await api.ask('GET', WEB)).json).toMatchObject({ state: 'stopped', max_processes: 0 });
  });

  test('is set by restart as well: a stopped job starts', async ({ api }) => {
    await api.load('web', 'sleep 100', { start: false });
    expect(await api.ask('POST', `${WEB}/restart`)).toMatchObject({ status: 202, json: OK });
    expect(await numbers(api)).toEqual([1]);
  });
});

describe('a signal to a job', () => {
  test.for([1, '1', 'hup', 'HUP', 'SIGHUP'])('may be written %j and reaches every process', async (signal, { api }) => {
    const logs = [new OutputLog(), new OutputLog()];
    await api.load('web', program('says-signals.mjs'), { numprocesses: 2 });
    for (const [index, log] of logs.entries()) {
      (await api.supervisor.stream(index + 1)).onData((chunk) => log.add(Buffer.from(chunk)));
    }
    await Promise.all(logs.map((log) => log.until('ready')));
    expect(await api.ask('POST', `${WEB}/signal`, { body: { signal } })).toMatchObject({ status: 202, json: OK });
    await Promise.all(logs.map((log) => log.until('SIGHUP')));
  });

  test.for<[unknown, string]>([
    [{}, 'signal: expected, but missing'],
    [{ signal: null }, 'signal: expected a signal'],
    [{ signal: 'NOTHING' }, 'signal: expected a signal'],
    [{ signal: 0 }, 'signal: expected a signal'],
    [{ signal: 9999 }, 'signal: expected a signal'],
    [{ signal: -9 }, 'signal: expected a signal'],
    [{ signal: 1.5 }, 'signal: expected a signal'],
    [{ signal: ['HUP'] }, 'signal: expected a signal'],
    [{ signal: 'HUP', pid: 1 }, 'pid: no such member'],
    ['HUP', 'expected a JSON body'],
    [[], 'the body: expected object'],
  ])('that is %j is refused', async ([body, reason], { api }) => {
    await api.load('web', 'sleep 100');
    const { status, json } = await api.ask('POST', `${WEB}/signal`, { body: body as object });
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: 'bad_request', errno: 400, reason: expect.stringContaining(reason) as string });
  });
});

describe('a commit', () => {
  test.for<[object, object]>([
    [{}, {}],
    [{ graceful_timeout: null, env: null }, {}],
    [
      { graceful_timeout: 0.5, env: { A: '2', B: '' } },
      { A: '2', B: '' },
    ],
  ])('of %j starts one process more', async ([body, env], { api }) => {
    await api.load('web', 'sleep 100', { env: { A: '1' } });
    const { status, json } = await api.ask('POST', `${WEB}/commit`, { body });
    expect([status, json]).toEqual([200, { pid: 2 }]);
    expect((await api.ask('GET', '/2')).json).toMatchObject({ commited: true, slot: 0, env: { A: '1', ...env } });
    expect(await numbers(api)).toEqual([1]);
  });

  test('has a grace time of its own; 0 means the job’s', async ({ api }) => {
    const events = new EventLog(api.supervisor);
    await api.load('web', program('ignores-term.sh'), { start: false, graceful_timeout: 60 });
    for (const [graceful_timeout, waits] of [
      [0.05, false],
      [0, true],
    ] as const) {
      const { pid } = (await api.ask('POST', `${WEB}/commit`, { body: { graceful_timeout } })).json as { pid: number };
      const log = new OutputLog();
      (await api.supervisor.stream(pid)).onData((chunk) => log.add(Buffer.from(chunk)));
      await log.until('ready');
      await api.ask('DELETE', `/${pid}`);
      if (waits) {
        await new Promise((resolve) => setTimeout(resolve, 200)); // that it is not killed has no event
        expect((await api.ask('GET', `/${pid}`)).status).toBe(200);
      } else {
        expect(await events.next('exit')).toMatchObject({ exit: { signal: 'SIGKILL' } });
      }
    }
  });

  test.for<[unknown, string]>([
    ['', 'expected a JSON body, got none'],
    [[], 'the body: expected object'],
    [{ env: { 'A=B': 'x' } }, 'env: expected an object of texts whose names are variable names'],
    [{ env: { A: 1 } }, 'env: expected an object of texts'],
    [{ env: { A: 'x\0' } }, 'env: expected an object of texts'],
    [{ env: ['A=1'] }, 'env: expected an object of texts'],
    [{ graceful_timeout: '5' }, 'graceful_timeout: expected seconds from 0, got "5"'],
    [{ graceful_timeout: -1 }, 'graceful_timeout: expected seconds from 0, got -1'],
    [{ cmd: 'other' }, 'cmd: no such member'],
  ])('of %j is refused', async ([body, reason], { api }) => {
    await api.load('web', 'sleep 100');
    const { status, json } = await api.ask('POST', `${WEB}/commit`, { body: body as object });
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: 'bad_request', errno: 400, reason: expect.stringContaining(reason) as string });
    expect(await api.supervisor.pids()).toEqual([1]);
  });
});

describe('the tail of a job', () => {
  test('is the last lines of all its processes, each a line of its own, those of ended ones too', async ({ api }) => {
    const events = new EventLog(api.supervisor);
    await api.load('web', 'echo one; printf two', { shell: true, on_exit: 'ignore' });
    await events.next('done');
    await api.ask('POST', `${WEB}/state`, { body: '1' });
    await events.next('done');
    const tail = async (query: string) => (await api.ask('GET', `${WEB}/tail${query}`)).text;
    expect(await tail('')).toBe('one\ntwo\none\ntwo');
    expect(await tail('?lines=3')).toBe('two\none\ntwo');
    expect(await tail('?lines=0')).toBe('');
    expect(await tail('?stream=out&lines=1')).toBe('two');
    expect(await tail('?stream=other')).toBe('');
    expect((await api.ask('GET', `${WEB}/tail`)).headers['content-type']).toBe('application/octet-stream');
  });
});
