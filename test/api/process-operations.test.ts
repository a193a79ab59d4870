import { describe, expect } from 'vitest';
import { lastLines } from '../../src/api/tail-text.ts';
import { EventLog } from '../support/event-log.ts';
import { program } from '../support/programs.ts';
import { test } from '../support/test-api.ts';

const OK = { ok: true };

describe('a process', () => {
  test.for<[string, string, object?]>([
    ['GET', ''],
    ['HEAD', ''],
    ['DELETE', ''],
    ['POST', '/restart'],
    ['POST', '/signal', { signal: 9 }],
    ['GET', '/stats'],
    ['GET', '/tail'],
  ])('that does not run is not found by %s %s', async ([method, path, body], { api }) => {
    await api.load('web', 'sleep 100');
    for (const pid of ['0', '99', '99999999999999999999999']) {
      const { status, json } = await api.ask(method, `/${pid}${path}`, body === undefined ? {} : { body });
      expect(status).toBe(404);
      if (method !== 'HEAD') {
        expect(json).toMatchObject({
          error: 'not_found',
          errno: 404,
          code: 'process_not_found',
          reason: expect.stringMatching(/^no process/) as string,
        });
      }
    }
    expect(await api.supervisor.pids()).toEqual([1]);
  });

  test('tells what it is', async ({ api }) => {
    await api.load('web', 'sleep', { args: ['$TIME'], env: { TIME: '100' }, redirect_input: true, custom_streams: ['ctl'], os_env: false });
    const info = (await api.ask('GET', '/1')).json as Record<string, unknown>;
    expect(info).toMatchObject({
      pid: 1,
      name: 'test.web',
      cmd: 'sleep',
      args: ['100'],
      env: { TIME: '100' },
      uid: null,
      gid: null,
      commited: false,
      redirect_output: ['out', 'out'],
      redirect_input: true,
      custom_streams: ['ctl'],
      active: true,
      slot: 1,
      restarts: 0,
    });
    expect(Math.abs((info['create_time'] as number) * 1000 - Date.now())).toBeLessThan(60_000);
    expect((await api.ask('HEAD', '/1')).status).toBe(200);
  });

  test('is told to end and gets a successor', async ({ api }) => {
    await api.load('web', 'sleep 100');
    expect(await api.ask('DELETE', '/1?wait=true')).toMatchObject({ status: 202, json: OK });
    expect(await api.supervisor.pids()).toEqual([2]);
    expect(await api.ask('POST', '/2/restart?wait=true')).toMatchObject({ status: 202, json: OK });
    expect(await api.supervisor.pids()).toEqual([3]);
  });

  test('is told to end and gets none when one less is wanted', async ({ api }) => {
    await api.load('web', 'sleep 100', { numprocesses: 2 });
    expect(await api.ask('DELETE', '/1?wait=true&replace=false')).toMatchObject({ status: 202, json: OK });
    expect((await api.ask('GET', '/jobs/test/web')).json).toMatchObject({ processes: [2], max_processes: 1 });
  });

  test('that is committed cannot be replaced', async ({ api }) => {
    await api.load('web', 'sleep 100', { start: false });
    await api.ask('POST', '/jobs/test/web/commit', { body: {} });
    const { status, json } = await api.ask('POST', '/1/restart');
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: 'bad_request', errno: 400, code: 'not_supervised' });
    expect((await api.ask('DELETE', '/1?wait=true')).status).toBe(202);
    expect(await api.supervisor.pids()).toEqual([]);
  });

  test('tells what it uses', async ({ api }) => {
    await api.load('web', 'sleep 100');
    const { stats } = (await api.ask('GET', '/1/stats')).json as { stats: object };
    expect(Object.keys(stats).sort()).toEqual(['cpu', 'cpu_seconds', 'ctime', 'mem', 'mem_info1', 'mem_info2', 'rss', 'vsz']);
  });

  test.for([10, '10', 'usr1', 'SIGUSR1'])('gets a signal that is written %j', async (signal, { api }) => {
    const events = new EventLog(api.supervisor);
    await api.load('web', 'sleep 100');
    expect(await api.ask('POST', '/1/signal', { body: { signal } })).toMatchObject({ status: 202, json: OK });
    expect(await events.next('exit')).toMatchObject({ exit: { signal: 'SIGUSR1' }, requested: false });
  });

  test.for<[unknown, string, string]>([
    [{}, 'bad_signal', 'signal: expected, but missing'],
    [{ signal: null }, 'bad_signal', 'signal: expected a signal'],
    [{ signal: 'NOTHING' }, 'bad_signal', 'signal: expected a signal'],
    [{ signal: 0 }, 'bad_signal', 'signal: expected a signal'],
    [{ signal: true }, 'bad_signal', 'signal: expected a signal'],
    ['', 'bad_request', 'expected a JSON body, got none'],
    ['9', 'bad_signal', 'the body: expected object'],
    ['HUP', 'bad_request', 'expected a JSON body'],
  ])('gets no signal from %j', async ([body, error, reason], { api }) => {
    await api.load('web', 'sleep 100');
    const { status, json } = await api.ask('POST', '/1/signal', { body: body as object });
    expect(status).toBe(400);
    expect(json).toMatchObject({ error, errno: 400, reason: expect.stringContaining(reason) as string });
    expect(await api.supervisor.pids()).toEqual([1]);
  });
});

describe('the tail of a process', () => {
  test('is what it has written last to an output, all or the last lines', async ({ api }) => {
    await api.load('web', 'echo 1; echo 2; echo oh >&2; printf 3; sleep 100', { shell: true, redirect_output: ['out', 'err'] });
    const feed = await api.follow('/log?follow=true&pid=1');
    await feed.log.until(/[n"]3"/);
    const tail = async (query: string) => (await api.ask('GET', `/1/tail${query}`)).text;
    expect(await tail('')).toBe('1\n2\n3');
    expect(await tail('?lines=2')).toBe('2\n3');
    expect(await tail('?lines=99')).toBe('1\n2\n3');
    expect(await tail('?lines=0')).toBe('');
    expect(await tail('?stream=err&lines=1')).toBe('oh\n');
    for (const query of ['?stream=other', '?stream=other&lines=1']) {
      const { status, json } = await api.ask('GET', `/1/tail${query}`);
      expect(status).toBe(404);
      expect(json).toMatchObject({ error: 'stream_not_found', errno: 404, reason: 'process 1 has no stream "other"; its streams: out, err' });
    }
  });

  test('is the bytes as they were written', async ({ api }) => {
    await api.load('web', program('all-bytes.mjs'), { redirect_input: true });
    const feed = await api.follow('/streams/1/out?feed=continuous');
    await api.ask('POST', '/streams/1/stdin', { body: '1' });
    while (feed.log.bytes.length < 256) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await api.ask('GET', '/1/tail')).bytes).toEqual(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
  });

  test.for<[string, number, string]>([
    ['', 3, ''],
    ['a', 1, 'a'],
    ['a\n', 1, 'a\n'],
    ['\n', 1, '\n'],
    ['\n\n', 1, '\n'],
    ['a\nb\n', 1, 'b\n'],
    ['a\nb', 1, 'b'],
    ['a\nb\nc\n', 2, 'b\nc\n'],
    ['a\nb\n', 5, 'a\nb\n'],
    ['a\nb\n', 0, ''],
    ['a\nb\n', Number.POSITIVE_INFINITY, 'a\nb\n'],
  ])('of %j has %i lines: %j', ([text, count, expected]) => {
    expect(Buffer.from(lastLines(Buffer.from(text), count)).toString()).toBe(expected);
  });
});
