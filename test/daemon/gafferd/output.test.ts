import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { test } from '../../support/machine.ts';
import { withoutNumbers } from '../../support/project.ts';

const JOB = ['[process:shop:web]', 'cmd = sh -c "echo hello; exec sleep 1000"', 'redirect_output = out'];

describe('the console', () => {
  test('is empty without -v', async ({ machine }) => {
    machine.configure(...JOB);
    expect((await (await machine.start()).end('SIGTERM')).stdout).toBe('');
  });

  test('shows starts and exits with -v', async ({ machine }) => {
    machine.configure(...JOB);
    const daemon = await machine.start(['-v']);
    await daemon.stdout.until('spawn');
    const { stdout } = await daemon.end('SIGTERM');
    expect(withoutNumbers(stdout)).toBe(
      [
        'HH:MM:SS shop.web | start shop.web',
        'HH:MM:SS shop.web | spawn process with pid PID',
        'HH:MM:SS shop.web | stop shop.web',
        'HH:MM:SS shop.web | exit process with pid PID',
        '',
      ].join('\n'),
    );
  });

  test.for([['-vv'], ['-v', '-v'], ['--verbose', '-v']])('shows every event and all output with %s', async (words, { machine }) => {
    machine.configure(...JOB);
    const daemon = await machine.start(words);
    await daemon.stdout.until('hello');
    const { stdout } = await daemon.end('SIGTERM');
    expect(withoutNumbers(stdout)).toContain('HH:MM:SS shop.web | load shop.web\n');
    expect(withoutNumbers(stdout)).toContain('HH:MM:SS shop.web | hello\n');
  });
});

describe('the log', () => {
  test('has a line for each request', async ({ machine }) => {
    const daemon = await machine.start();
    await daemon.ask('GET', '/jobs/shop/web?x=1');
    await daemon.stderr.until(/\[INFO\] 127\.0\.0\.1 "GET \/jobs\/shop\/web\?x=1" 404 \d+\.\dms$/);
  });

  test('goes into a file, as JSON and from the level that is asked for', async ({ machine }) => {
    machine.configure(...JOB);
    const daemon = machine.spawn(['--error-log', 'gafferd.log', '--log-format', 'json', '--log-level', 'debug', '-vv']);
    await daemon.stdout.until('hello');
    const { stderr } = await daemon.end('SIGTERM');
    expect(stderr).toBe('');
    const records = readFileSync(join(machine.root, 'gafferd.log'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.find(({ event }) => event === 'spawn')).toMatchObject({
      level: 'debug',
      name: 'shop.web',
      pid: daemon.pid,
      message: expect.any(String) as string,
    });
    expect(records.at(-1)).toMatchObject({ level: 'info', message: 'stopped' });
    const quiet = machine.spawn(['--log-level', 'error', '-v']);
    await quiet.stdout.until('spawn');
    expect((await quiet.end('SIGTERM')).stderr).toBe('');
  });
});
