import { describe, expect, it } from 'vitest';
import { checkJobConfig, LAST_PRIORITY, parseJobConfig, settingsOf } from '../../src/job/config.ts';

const web = { name: 'web', cmd: 'node app.js' };

describe('a configuration that can be loaded', () => {
  it.each<[string, object]>([
    ['the least there is', {}],
    ['every text member', { cwd: '/srv', uid: 'www', gid: 33, stop_signal: 'INT', on_exit: 'ignore' }],
    ['args as a text', { args: '-p $PORT' }],
    ['args as a list', { args: ['-p', '$PORT', ''] }],
    ['null where the original has null', { args: null, env: null, uid: null, gid: null, cwd: null, flapping: null, priority: null, port: null }],
    ['flapping turned off', { flapping: false }],
    ['some members of flapping', { flapping: { attempts: 3, window: 0.5 } }],
    ['nothing to keep alive', { numprocesses: 0 }],
    ['the leftover group', { group: null }],
    ['labels', { redirect_output: ['out', 'err'], custom_streams: ['ctl'], redirect_input: true }],
    ['a variable named __proto__', { env: Object.fromEntries([['__proto__', 'x']]) }],
  ])('has %s', (_, members) => {
    expect(checkJobConfig({ ...web, ...members })).toEqual([]);
  });
});

describe('a configuration that cannot be loaded', () => {
  it.each<[unknown, string]>([
    [null, 'expected an object'],
    [[web], 'expected an object'],
    [{ cmd: 'x' }, 'name: expected, but missing'],
    [{ name: 'x' }, 'cmd: expected, but missing'],
    [{ ...web, cmd: ' ' }, 'cmd: expected a command, got " "'],
    [{ ...web, cmd: 'a "b' }, 'cmd: expected a closing " in `a "b`'],
    [{ ...web, args: "it's" }, "args: expected a closing '"],
    [{ ...web, numproceses: 2 }, 'numproceses: no such job setting'],
    [{ ...web, toString: 2 }, 'toString: no such job setting'],
    [{ ...web, numprocesses: '2' }, 'numprocesses: expected a whole number from 0, got "2"'],
    [{ ...web, numprocesses: -1 }, 'numprocesses: expected'],
    [{ ...web, numprocesses: 1.5 }, 'numprocesses: expected'],
    [{ ...web, env: { A: 1 } }, 'env: expected an object of texts'],
    [{ ...web, env: { 'A=B': 'x' } }, 'env: expected'],
    [{ ...web, env: { A: 'x\0' } }, 'env: expected'],
    [{ ...web, env: [] }, 'env: expected'],
    [{ ...web, flapping: true }, 'flapping: expected'],
    [{ ...web, flapping: { attempt: 1 } }, 'flapping: expected'],
    [{ ...web, flapping: { attempts: 0 } }, 'flapping: expected'],
    [{ ...web, port: 70_000 }, 'port: expected a port'],
    [{ ...web, on_exit: 'explode' }, 'on_exit: expected'],
    [{ ...web, stop_signal: 'SIGFOO' }, 'stop_signal: expected a signal'],
    [{ ...web, graceful_timeout: -1 }, 'graceful_timeout: expected'],
    [{ ...web, redirect_output: [''] }, 'redirect_output: expected'],
  ])('%j says what was expected', (value, message) => {
    expect(() => parseJobConfig(value)).toThrow(message);
  });

  it('names everything that is wrong at once', () => {
    expect(checkJobConfig({ ...web, shell: 'yes', start: 1 }).map((problem) => problem.member)).toEqual(['shell', 'start']);
  });

  it('may have any quote in a script for the shell', () => {
    expect(checkJobConfig({ ...web, cmd: 'echo "', shell: true })).toEqual([]);
  });
});

describe('the settings of a job', () => {
  it('have every default', () => {
    expect(settingsOf(web)).toEqual({
      name: 'web',
      words: ['node', 'app.js'],
      args: [],
      shell: false,
      env: {},
      osEnv: false,
      cwd: undefined,
      uid: undefined,
      gid: undefined,
      detach: false,
      numprocesses: 1,
      flapping: { attempts: 2, windowMs: 1000, retryInMs: 7000, maxRetry: 5 },
      outputs: [],
      input: false,
      customStreams: [],
      customChannels: [],
      gracefulTimeoutMs: 10_000,
      priority: LAST_PRIORITY,
      port: undefined,
      onExit: 'restart',
      stopSignal: 'SIGTERM',
    });
  });

  it('have times in milliseconds', () => {
    const settings = settingsOf({ ...web, graceful_timeout: 0.5, flapping: { window: 2, retry_in: 0 } });
    expect(settings.gracefulTimeoutMs).toBe(500);
    expect(settings.flapping).toEqual({ attempts: 2, windowMs: 2000, retryInMs: 0, maxRetry: 5 });
  });

  it('take a script for the shell as one piece', () => {
    expect(settingsOf({ ...web, cmd: 'a && b', shell: true }).words).toEqual(['a && b']);
  });

  it('know two outputs at most', () => {
    expect(settingsOf({ ...web, redirect_output: ['a', 'b', 'c'] }).outputs).toEqual(['a', 'b']);
  });
});
