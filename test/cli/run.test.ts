import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { GAFFER } from '../support/program.ts';
import { test } from '../support/project.ts';

const COUNT_SIGNALS = fileURLToPath(new URL('../programs/count-signals.mjs', import.meta.url));

describe('gaffer run with a command', () => {
  test.for([
    [['sh', '-c', 'exit 7'], 7],
    [['true'], 0],
    [['sh', '-c', 'kill -9 $$'], 137],
    [['sh', '-c', 'kill -TERM $$'], 143],
    [['exit 3'], 3],
  ] as const)('%j ends with its code, %i', async ([command, code], { project }) => {
    expect(await project.run(['run', ...command])).toMatchObject({ code, stdout: '', stderr: '' });
  });

  test.for([
    ['not-there', 127, 'command not found: not-there'],
    ['./not-there', 127, 'command not found: ./not-there'],
    ['./plain.txt', 126, 'cannot execute ./plain.txt: permission denied'],
    ['.', 126, 'cannot execute .: permission denied'],
  ] as const)('says why %s cannot be run, and ends with %i', async ([command, code, reason], { project }) => {
    project.write('plain.txt', 'no program');
    chmodSync(join(project.root, 'plain.txt'), 0o644);
    expect(await project.run(['run', command])).toMatchObject({ code, stdout: '', stderr: `gaffer: ${reason}\n` });
  });

  test('passes every word on as it is, options too', async ({ project }) => {
    const words = ['-a', '--port=1', 'b', 'c d', 'b', '--', '-f', '$HOME', '*', '', '-a'];
    expect(await project.run(['run', 'printf', '[%s]', ...words])).toMatchObject({ stdout: words.map((word) => `[${word}]`).join('') });
  });

  test('takes its own options before the command, and -- between them', async ({ project }) => {
    project.write('my.env', 'A=mine');
    for (const args of [
      ['run', '-e', 'my.env', 'sed', 's/A=//', 'my.env'],
      ['run', '-e', 'my.env', 'sh', '-c', 'echo $A'],
      ['run', '-e', 'my.env', '--', 'sh', '-c', 'echo $A'],
      ['-e', 'my.env', 'run', 'sh', '-c', 'echo $A'],
    ]) {
      expect(await project.run(args)).toMatchObject({ code: 0, stdout: 'mine\n' });
    }
  });

  test.for([
    ['echo "a  b"', 'a  b\n'],
    ['echo $((1 + 2)) | tr 3 4', '4\n'],
    ['A=1 && echo $A; echo "$B"', '1\nfrom the file\n'],
  ])('reads a single word as a command line: %s', async ([line, output], { project }) => {
    project.write('.env', 'B=from the file');
    expect(await project.run(['run', line!])).toMatchObject({ code: 0, stdout: output });
  });

  test('works without a Procfile, and is not troubled by one that is wrong', async ({ project }) => {
    expect(await project.run(['run', 'echo', 'fine'])).toMatchObject({ code: 0, stdout: 'fine\n', stderr: '' });
    project.write('Procfile', 'what is this', 'web: a', 'web: b');
    expect(await project.run(['run', 'echo', 'fine'])).toMatchObject({ code: 0, stdout: 'fine\n', stderr: '' });
  });

  test('runs in the root, with the environment of the shell and the .env file', async ({ project }) => {
    project.write('sub/.env', 'A=file', 'B=file');
    const env = { A: 'shell', C: 'shell' };
    const print = ['sh', '-c', 'echo $A $B $C; pwd'];
    expect((await project.run(['run', '-d', 'sub', ...print], { env })).stdout).toBe(`file file shell\n${project.root}/sub\n`);
    const shellFirst = ['run', '-d', 'sub', '--env-precedence', 'shell', ...print];
    expect((await project.run(shellFirst, { env })).stdout).toBe(`shell file shell\n${project.root}/sub\n`);
  });

  test('names a line of the .env file that it does not understand', async ({ project }) => {
    project.write('.env', 'A=1', 'what is this');
    const { stdout, stderr } = await project.run(['run', 'sh', '-c', 'echo $A']);
    expect(stdout).toBe('1\n');
    expect(stderr).toMatch(/^\.env:2: expected "NAME=value".*\n$/);
  });

  test('gives the command its stdin', async ({ project }) => {
    expect(await project.run(['run', 'cat'], { input: 'one\ntwo' })).toMatchObject({ code: 0, stdout: 'one\ntwo' });
  });

  test('does not start it again', async ({ project }) => {
    await project.run(['run', 'echo started >> log; exit 1']);
    expect(readFileSync(join(project.root, 'log'), 'utf8')).toBe('started\n');
  });

  test.for(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1'] as const)(
    'sends %s on to the command and ends with its code',
    async (signal, { project }) => {
      const gaffer = project.spawn(['run', `trap 'echo got it; exit 9' ${signal.slice(3)}; echo ready; while :; do sleep 0.01; done`]);
      await gaffer.stdout.until('ready');
      expect(await gaffer.end(signal)).toMatchObject({ code: 9, stdout: 'ready\ngot it\n' });
    },
  );
});

describe('gaffer run with a name of the Procfile', () => {
  test('runs that process once, with its port, name and environment', async ({ project }) => {
    project.write('Procfile', 'web: sleep 100', 'worker: echo $PORT $PS $A $B; exit 4');
    project.write('.env', 'A=file');
    project.write('gaffer.ini', '[process:worker]', 'env:B = ini');
    const run = async (...options: string[]): Promise<string> => (await project.run(['run', ...options, 'worker'], { env: { A: 'shell' } })).stdout;
    expect(await project.run(['run', 'worker'])).toMatchObject({ code: 4, stdout: '5100 worker.1 file ini\n', stderr: '' });
    expect(await run('-p', '7000')).toBe('7100 worker.1 file ini\n');
    expect(await run('--no-port')).toBe('worker.1 file ini\n');
    expect(await run('--env-precedence', 'shell')).toBe('5100 worker.1 shell ini\n');
  });

  test('runs it in its folder, and says so when that is not there', async ({ project }) => {
    project.write('Procfile', 'web: pwd');
    project.write('gaffer.ini', '[process:web]', 'cwd = sub');
    expect(await project.run(['run', 'web'])).toMatchObject({
      code: 126,
      stdout: '',
      stderr: `gaffer: cannot run in ${project.root}/sub: no such folder\n`,
    });
    project.write('sub/file');
    expect(await project.run(['run', 'web'])).toMatchObject({ code: 0, stdout: `${project.root}/sub\n` });
  });

  test('refuses a Procfile with errors', async ({ project }) => {
    project.write('Procfile', 'web: echo a', 'web: echo b');
    expect(await project.run(['run', 'web'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'gaffer: Procfile:2: process "web" is defined twice, on lines 1 and 2; rename or remove one\n',
    });
  });

  test('goes beside a session of the same folder', async ({ project }) => {
    project.write('Procfile', 'web: echo up; exec sleep 100', 'once: echo done');
    const session = project.spawn(['start', 'web']);
    await session.stdout.until('up');
    expect(await project.run(['run', 'once'])).toMatchObject({ code: 0, stdout: 'done\n' });
  });
});

describe('gaffer run on a terminal', () => {
  test('gives the command the terminal, with its size', async ({ project }) => {
    const gaffer = project.terminal(['run', 'test -t 0 && test -t 1 && test -t 2 && stty size; echo done'], { columns: 123, rows: 45 });
    expect(await gaffer.exit).toEqual({ code: 0, signal: null });
    expect(gaffer.text).toBe('45 123\ndone\n');
  });

  test('tells it when the size changes', async ({ project }) => {
    const gaffer = project.terminal(['run', "trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.01; done"]);
    await gaffer.output.until('ready');
    gaffer.resize(100, 50);
    expect(await gaffer.exit).toEqual({ code: 0, signal: null });
    expect(gaffer.text).toBe('ready\n50 100\n');
  });

  test('ends when it is closed', async ({ project }) => {
    const gaffer = project.terminal(['run', 'echo up; exec sleep 100']);
    await gaffer.output.until('up');
    gaffer.close();
    expect(await gaffer.exit).toEqual({ code: 129, signal: null });
  });

  test('a Ctrl-C reaches the command once, and its code is the end', async ({ project }) => {
    const gaffer = project.terminal(['run', 'node', COUNT_SIGNALS]);
    await gaffer.output.until('ready');
    gaffer.type('\x03');
    await gaffer.output.until('SIGINT 1');
    gaffer.type('\n');
    expect(await gaffer.exit).toEqual({ code: 5, signal: null });
    expect(gaffer.text.match(/SIGINT \d/g)).toEqual(['SIGINT 1']);
  });

  test('a Ctrl-C reaches the command once, also when its stdin is a pipe', async ({ project }) => {
    const gaffer = project.terminal([
      'run',
      'sh',
      '-c',
      `trap : INT; (trap : INT; while ! [ -e end ]; do sleep 0.05; done; echo) | node ${GAFFER} run node ${COUNT_SIGNALS}`,
    ]);
    await gaffer.output.until('ready');
    gaffer.type('\x03');
    await gaffer.output.until('SIGINT 1');
    project.write('end');
    await gaffer.exit;
    expect(gaffer.text.match(/SIGINT \d/g)).toEqual(['SIGINT 1']);
  });
});
