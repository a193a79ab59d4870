import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { test, withoutNumbers } from '../support/project.ts';

/** One that says hello when both run, ends, and when it has come back stays; and one that stays. */
const PROCFILE = [
  'dummy: while ! [ -e up ]; do sleep 0.01; done; echo hello, dummy is alive; [ -e again ] && exec sleep 100; touch again; exec sleep 0.3',
  'dummy1: touch up; exec sleep 100',
] as const;

/** What comes first, whatever the two processes do then. */
const SESSION = [
  'HH:MM:SS dummy  | spawn process with pid PID',
  'HH:MM:SS dummy1 | spawn process with pid PID',
  'HH:MM:SS dummy  | hello, dummy is alive',
  'HH:MM:SS dummy  | exit process with pid PID',
  'HH:MM:SS dummy  | spawn process with pid PID',
  'HH:MM:SS dummy  | hello, dummy is alive',
] as const;

const END = ['HH:MM:SS dummy  | exit process with pid PID', 'HH:MM:SS dummy1 | exit process with pid PID', ''] as const;

test('a session shows starts, output, exits and restarts, with names in a column', async ({ project }) => {
  project.write('Procfile', ...PROCFILE);
  const gaffer = project.spawn(['start']);
  await gaffer.stdout.until('hello', 2);
  const { stdout, stderr, code } = await gaffer.end('SIGINT');
  const lines = withoutNumbers(stdout).split('\n');
  expect(lines.slice(0, 7)).toEqual([...SESSION, 'HH:MM:SS gaffer | SIGINT: stopping 2 processes (Ctrl-C again kills)']);
  expect(lines.slice(7).toSorted()).toEqual([...END].toSorted());
  expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
});

test('with --no-align it looks as in the seed', async ({ project }) => {
  project.write('Procfile', ...PROCFILE);
  const gaffer = project.spawn(['start', '--no-align']);
  await gaffer.stdout.until('hello', 2);
  const { stdout } = await gaffer.end('SIGTERM');
  const lines = withoutNumbers(stdout).split('\n');
  expect(lines.slice(0, 7)).toEqual([...SESSION.map((line) => line.replace('  |', ' |')), 'HH:MM:SS gaffer | SIGTERM: stopping 2 processes']);
});

test('pids and names belong together', async ({ project }) => {
  project.write('Procfile', 'web: echo "I am $$"; exec sleep 100');
  const gaffer = project.spawn(['start', '--no-timestamp', '-c', 'web=2']);
  await gaffer.stdout.until('I am', 2);
  const { text } = gaffer.stdout;
  for (const name of ['web.1', 'web.2']) {
    const pid = new RegExp(`^${name} \\| spawn process with pid (\\d+)$`, 'm').exec(text)?.[1];
    expect(text).toContain(`${name} | I am ${pid}\n`);
  }
});

test('a file gets the same as a pipe', async ({ project }) => {
  project.write('Procfile', ...PROCFILE);
  const file = join(project.root, 'out.txt');
  const fd = openSync(file, 'w');
  const gaffer = project.spawn(['start', '--on-exit', 'stop'], { stdout: fd });
  closeSync(fd);
  expect(await gaffer.exit).toEqual({ code: 0, signal: null });
  const lines = withoutNumbers(readFileSync(file, 'utf8')).split('\n');
  expect(lines).toEqual([...SESSION.slice(0, 4), 'HH:MM:SS dummy1 | exit process with pid PID', '']);
});

test('a file that is appended to keeps what it has', async ({ project }) => {
  project.write('Procfile', 'web: echo hello');
  project.write('out.txt', 'before');
  const file = join(project.root, 'out.txt');
  const fd = openSync(file, 'a');
  const gaffer = project.spawn(['start', '--on-exit', 'stop', '--no-timestamp', '--quiet-events'], { stdout: fd });
  closeSync(fd);
  await gaffer.exit;
  expect(readFileSync(file, 'utf8')).toBe('before\nweb | hello\n');
});

test('a terminal gets the same in colours', async ({ project }) => {
  project.write('Procfile', ...PROCFILE);
  const terminal = project.terminal(['start', '--on-exit', 'stop']);
  expect(await terminal.exit).toEqual({ code: 0, signal: null });
  const lines = withoutNumbers(terminal.text).split('\n');
  const colored = (line: string): string =>
    line.replace(/^(.*? dummy {2}\|)/, '\x1b[36m$1\x1b[39m').replace(/^(.*? dummy1 \|)/, '\x1b[33m$1\x1b[39m');
  expect(lines).toEqual([...SESSION.slice(0, 4), 'HH:MM:SS dummy1 | exit process with pid PID', ''].map(colored));
});
