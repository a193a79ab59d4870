import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, vi } from 'vitest';
import type { LookupdInfo } from '../../../src/protocol/lookupd-info.ts';
import { ctl, said } from '../../support/gafferctl.ts';
import { test } from '../../support/project.ts';
import { TestApi } from '../../support/test-api.ts';

let api: TestApi;

async function open(): Promise<void> {
  api = await TestApi.open({ version: '1.2.3' });
  vi.stubEnv('GAFFER_ENDPOINT', `http://127.0.0.1:${api.port}`);
  vi.stubEnv('GAFFER_CONFIG', '/nonexistent/gaffer.ini');
  await api.supervisor.load('default', { name: 'dummy', cmd: 'sleep 1000', os_env: true });
  await api.supervisor.load('test', { name: 'dummy', cmd: 'sleep 1000', os_env: true, numprocesses: 2 });
}

async function close(): Promise<void> {
  vi.unstubAllEnvs();
  await api.close();
}

const dummy = { session: 'default', job: 'dummy' };

describe('gafferctl', () => {
  beforeEach(open);
  afterEach(close);

  test('lists jobs and processes as 0.4 wrote lists', async () => {
    expect(await said('processes')).toBe("['dummy', 'test:dummy']\n");
    expect(await said('processes', '--running')).toBe('[1, 2, 3]\n');
    expect(await said('pids', 'dummy')).toBe('[1]\n');
    expect(await said('pids', 'test:dummy')).toBe('[2, 3]\n');
    expect(await said('pids')).toBe('[1, 2, 3]\n');
    expect(await said('processes', '--json')).toBe('{"processes":["dummy","test:dummy"]}\n');
    expect(await said('processes', '--running', '--json')).toBe('{"pids":[1,2,3]}\n');
    expect(await said('jobs')).toBe('default.dummy\ntest.dummy\n');
    expect(await said('jobs', 'test', '--json')).toBe('{"jobs":["test.dummy"]}\n');
    expect(await said('sessions')).toBe('default\ntest\n');
  });

  test('lets no name do anything to a terminal', async () => {
    await api.supervisor.load('odd', { name: 'evil\x1b[31mred\n2\u009b', cmd: 'sleep 1000', start: false });
    for (const line of [
      ['jobs', 'odd'],
      ['job:info', 'odd.evil\x1b[31mred\n2\u009b'],
      ['get_process', 'odd.evil\x1b[31mred\n2\u009b'],
      ['processes'],
    ]) {
      expect(await said(...line)).not.toMatch(/[\x1b\u009b]/);
    }
    expect(await said('jobs', 'odd')).toBe('odd.evil\\u001b[31mred\\u000a2\\u009b\n');
  });

  test('prints the number 1 as 1, and what is true as ok', async () => {
    expect(await said('running', 'dummy')).toBe('1\n');
    expect(await said('numprocesses', 'dummy')).toBe('1\n');
    expect(await said('sub', 'test:dummy', '1')).toBe('1\n');
    expect(await said('add', 'dummy', '2')).toBe('3\n');
    expect(await said('add', 'dummy')).toBe('4\n');
    expect(await said('scale', 'dummy', '-3')).toBe('1\n');
    expect(await said('scale', 'test.dummy', '=0', '--json')).toBe('{"name":"test.dummy","numprocesses":0}\n');
    expect(await said('kill', 'dummy', 'CONT')).toBe('ok\n');
    expect(await said('reload', 'dummy')).toBe('ok\n');
    expect(await said('stop', 'dummy')).toBe('ok\n');
  });

  test('starts again what it has stopped', async () => {
    expect(await said('status', 'dummy')).toBe('active\n');
    await said('stop', 'dummy');
    expect(await said('status', 'dummy')).toBe('stopped\n');
    expect(await said('status', 'dummy', '--json')).toBe('{"active":false,"running":0,"max_processes":0}\n');
    await said('start', 'dummy');
    expect(await said('status', 'dummy')).toBe('active\n');
    expect(await api.supervisor.jobInfo(dummy)).toMatchObject({ running: 1, max_processes: 1 });
  });

  test('adds a job that is started only if that is said', async () => {
    expect(await said('add_process', 'web', 'sleep 500')).toBe('web\n');
    expect(await said('add_process', '--start', 'shop:web', '--', 'sleep', '500')).toBe('shop:web\n');
    expect(await said('status', 'web')).toBe('stopped\n');
    expect(await said('status', 'shop:web')).toBe('active\n');
    expect((await api.supervisor.jobInfo({ session: 'shop', job: 'web' })).config).toMatchObject({ cmd: 'sleep', args: ['500'] });
  });

  test.for([
    ['a running one', [] as string[], 'started'],
    ['a stopped one, which stays so', ['stop'], 'stopped'],
  ] as const)('changes the command of a job and nothing else: %s', async ([, first, state]) => {
    await api.supervisor.update(dummy, { name: 'dummy', cmd: 'sleep', args: ['1000'], env: { A: '1' }, os_env: true });
    for (const command of first) {
      await said(command, 'dummy');
    }
    expect(await said('update_process', 'dummy', 'sleep 2000')).toBe('ok\n');
    const info = await api.supervisor.jobInfo(dummy);
    expect(info).toMatchObject({ state, config: { name: 'dummy', cmd: 'sleep 2000', env: { A: '1' }, os_env: true } });
    expect(info.config.args).toBeUndefined();
  });

  test('prints a configuration in the form that it loads', async ({ project }) => {
    const text = await said('get_process', 'dummy');
    expect(text).toBe('{\n    "name": "dummy",\n    "cmd": "sleep 1000",\n    "os_env": true\n}\n');
    expect(JSON.parse(await said('get_process', 'test:dummy', '--json'))).toEqual({
      name: 'test:dummy', // so that it can be loaded again in its place
      cmd: 'sleep 1000',
      os_env: true,
      numprocesses: 2,
    });
    const file = join(project.root, 'job.json');
    writeFileSync(file, text);
    expect(await said('del_process', 'dummy')).toBe('ok\n');
    expect(await said('load_process', file)).toBe('dummy\n');
    expect(await said('status', 'dummy')).toBe('stopped\n');
    expect(await said('start', 'dummy')).toBe('ok\n');
  });

  test('loads what of a file can be loaded, and says what could not', async ({ project }) => {
    const file = join(project.root, 'jobs.json');
    const jobs = ['dummy', 'shop:web', 'shop.worker'].map((name) => ({ name, cmd: 'sleep 100' }));
    writeFileSync(file, JSON.stringify({ jobs }));
    const { code, stdout, stderr } = await ctl('load_process', '--start', file, '--json');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: '{"error":"process_conflict","errno":409}\ngafferctl: job "default.dummy" is loaded already; unload it first, or update it\n',
    });
    expect(JSON.parse(stdout)).toEqual({
      processes: ['shop:web', 'shop:worker'],
      failed: [{ name: 'default.dummy', error: 'process_conflict', message: 'job "default.dummy" is loaded already; unload it first, or update it' }],
    });
    expect(await said('status', 'shop:worker')).toBe('active\n');
  });

  test('tells about the node', async () => {
    expect(await said('ping')).toBe('OK\n');
    expect(await said('version')).toBe('gaffer 1.2.3\n');
    await said('stop', 'dummy');
    const endpoint = `http://127.0.0.1:${api.port}`;
    expect(await said('status')).toBe(`node: gaffer 1.2.3 at ${endpoint}\nsessions: 2\njobs: 2 (1 stopped, 1 started)\nprocesses: 2\n`);
    expect(JSON.parse(await said('status', '--json'))).toEqual({
      ...{ endpoint, name: 'gaffer', version: '1.2.3', sessions: 2, jobs: 2 },
      ...{ states: { stopped: 1, started: 1 }, processes: 2, adopted: [], lookupds: [] },
    });
  });

  test('tells how it is with the lookupd servers of the node', async () => {
    const who = { name: 'node1.example', origin: 'http://node1.example:5000', since: Date.UTC(2026, 10, 22) / 1000 };
    const lookupds: LookupdInfo[] = [
      { ...who, address: 'http://one:5010', state: 'connected', last_error: null, jobs: 2, processes: 3 },
      { ...who, address: 'http://two:5010', state: 'waiting', last_error: 'nobody listens there', jobs: 0, processes: 0 },
      { ...who, address: 'http://three:5010', state: 'connecting', last_error: null, jobs: 0, processes: 0 },
    ];
    const other = await TestApi.open({ lookupds: { list: () => lookupds } });
    onTestFinished(() => other.close());
    const endpoint = `http://127.0.0.1:${other.port}`;
    const time = String.raw`\d{4}-\d\d-\d\d \d\d:00:00`;
    const [one, two, three] = (await said('status', '--connect', endpoint)).trim().split('\n').slice(4);
    expect(one).toMatch(
      new RegExp(`^lookupd: http://one:5010 connected since ${time}, as node1\\.example at http://node1\\.example:5000 \\(jobs: 2, processes: 3\\)$`),
    );
    expect(two).toMatch(new RegExp(`^lookupd: http://two:5010 not connected since ${time}: nobody listens there$`));
    expect(three).toMatch(new RegExp(`^lookupd: http://three:5010 not connected since ${time}$`));
    expect(JSON.parse(await said('status', '--json', '--connect', endpoint))).toMatchObject({ lookupds });
  });

  test('acts on single processes, by pid, by name, or by the job that has one', async () => {
    expect(await said('process:restart', 'dummy')).toBe('ok\n');
    expect(await said('pids', 'dummy')).toBe('[4]\n');
    expect(await said('process:stop', 'test:dummy.2', '--no-replace', '--json')).toBe('{"pid":3,"ok":true}\n');
    expect(await said('numprocesses', 'test.dummy')).toBe('1\n');
    expect(await said('kill', '4', '18')).toBe('ok\n');
    expect(await said('process:signal', 'test.dummy.1', 'SIGCONT', '--json')).toBe('{"name":"test.dummy.1","signal":"SIGCONT","ok":true}\n');
    expect(await said('process:info', 'dummy')).toContain('name: default.dummy\n');
    expect(JSON.parse(await said('process:stats', '4', '--json'))).toMatchObject({ cpu: expect.any(Number) as number });
    expect(await said('commit', 'dummy', '-p', 'A=1', '--json')).toBe('{"name":"default.dummy","pid":5}\n');
    expect(await api.supervisor.processInfo(5)).toMatchObject({ commited: true, env: { A: '1' } });
  });

  test('does not list anything where nothing is loaded', async () => {
    await api.supervisor.unloadSession('default');
    await api.supervisor.unloadSession('test');
    expect((await ctl('start', 'web')).stderr).toContain('gafferctl: no job "web" is loaded; there is no job: gafferctl load_process loads one\n');
    expect(await said('processes')).toBe('[]\n');
  });
});

describe('gafferctl that is refused something', () => {
  beforeAll(open);
  afterAll(close);

  test.for([
    [['status', 'dumy'], 'not_found', 'no job "dumy" is loaded; did you mean "dummy"?'],
    [['status', 'test:dumy'], 'not_found', 'no job "test:dumy" is loaded; did you mean "test:dummy"?'],
    [['status', 'test.dumy'], 'not_found', 'no job "test.dumy" is loaded; did you mean "test.dummy"?'],
    [['stop', 'somethingelse'], 'not_found', 'no job "somethingelse" is loaded (there are dummy, test:dummy)'],
    [['kill', '99', 'HUP'], 'not_found', 'no process 99 is running; gafferctl pids lists them'],
    [['process:info', 'dummy.7'], 'not_found', 'no process "dummy.7" is running; gafferctl job:info dummy tells of those of the job'],
    [['process:info', 'test:dummy'], 'not_found', "job 'test:dummy' has 2 processes: name one of test.dummy.1, test.dummy.2"],
    [['session:stop', 'tset'], 'not_found', 'no session "tset" has a job; did you mean "test"?'],
    [['jobs', 'shop'], 'not_found', 'no session "shop" has a job (there are default, test)'],
    [['add_process', 'dummy', 'x'], 'process_conflict', 'job "default.dummy" is loaded already; unload it first, or update it'],
    [['webhooks'], 'not_found', 'webhooks are sent by gafferd, and this node is a session of "gaffer start": ask a gafferd with --endpoint'],
  ] as const)('%j prints the error as JSON, then a line that explains it', async ([words, error, message]) => {
    const { code, stdout, stderr } = await ctl(...words);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(`{"error":"${error}","errno":${error === 'not_found' ? 404 : 409}}\ngafferctl: ${message}\n`);
  });
});
