import { describe, expect } from 'vitest';
import { test } from '../support/test-api.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const TEXT_TYPE = 'text/html; charset=UTF-8';

describe('a node', () => {
  test.for([
    ['/', { welcome: 'gaffer', version: '1.2.3' }],
    ['/version', { name: 'gaffer', version: '1.2.3' }],
    ['/sessions', { sessions: [] }],
    ['/jobs', { jobs: [] }],
    ['/pids', { pids: [] }],
    ['/overview', { jobs: [] }],
  ] as const)('answers at %s before there is anything', async ([path, answer], { api }) => {
    const { status, json, headers } = await api.ask('GET', path);
    expect({ status, json, type: headers['content-type'] }).toEqual({ status: 200, json: answer, type: JSON_TYPE });
  });

  test('says that it is alive', async ({ api }) => {
    const { status, text, headers } = await api.ask('GET', '/ping');
    expect({ status, text, type: headers['content-type'] }).toEqual({ status: 200, text: 'OK', type: TEXT_TYPE });
  });

  test('lists jobs by session in the order in which these have appeared, and all processes', async ({ api }) => {
    for (const [session, name] of [
      ['b', 'one'],
      ['a', 'two'],
      ['b', 'Three.x'],
    ] as const) {
      await api.ask('POST', `/jobs/${session}`, { body: { name, cmd: 'sleep 100' } });
    }
    await api.ask('POST', '/jobs/a/two/commit', { body: {} });
    expect((await api.ask('GET', '/sessions')).json).toEqual({ sessions: ['b', 'a'] });
    expect((await api.ask('GET', '/jobs')).json).toEqual({ jobs: ['b.one', 'b.Three.x', 'a.two'] });
    expect((await api.ask('GET', '/pids')).json).toEqual({ pids: [1, 2, 3, 4] });
  });

  test('shows jobs with their processes and what these use, of all sessions or one', async ({ api }) => {
    await api.load('web', 'sh -c', { args: ['sleep 100'], numprocesses: 2 });
    await api.load('off', 'sleep', { start: false });
    await api.ask('POST', '/jobs/other', { body: { name: 'x', cmd: 'sleep 100' } });
    const { jobs } = (await api.ask('GET', '/overview?session=test')).json as { jobs: unknown[] };
    const process = { os_pid: expect.any(Number) as number, cpu: expect.any(Number) as number, commited: false, restarts: 0 };
    expect(jobs).toMatchObject([
      {
        name: 'test.web',
        cmd: "sh -c 'sleep 100'",
        state: 'started',
        active: true,
        running: 2,
        max_processes: 2,
        processes: [
          { pid: 1, slot: 1, ...process },
          { pid: 2, slot: 2, ...process },
        ],
      },
      { name: 'test.off', state: 'stopped', active: false, running: 0, processes: [] },
    ]);
    expect(((await api.ask('GET', '/overview')).json as { jobs: unknown[] }).jobs).toHaveLength(3);
    const { status, json } = await api.ask('GET', '/overview?session=nobody');
    expect(status).toBe(404);
    expect(json).toMatchObject({ error: 'not_found', errno: 404, code: 'session_not_found' });
  });
});
