import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { findSession } from '../../src/local/session-address.ts';
import { freePort } from '../support/free-port.ts';
import { becomes } from '../support/processes.ts';
import { GAFFER } from '../support/program.ts';
import { test, withoutNumbers } from '../support/project.ts';

/** Everything ends by itself, and lines can be compared. */
const ONCE = ['start', '--on-exit', 'ignore', '--no-timestamp', '--quiet-events'] as const;

/** Lines in the order of the alphabet: who writes first is chance. */
function sorted(text: string): string[] {
  return text.trimEnd().split('\n').toSorted();
}

/** What is said at the end of jobs that did not end well. */
function summaryOf(text: string): string[] {
  const lines = text.split('\n').filter((line) => / \| (ended with|did not start)/.test(line));
  return lines.map((line) => line.replace(/ after [\d.]+s$/, ''));
}

describe('which processes', () => {
  const procfile = ['web: echo $PS', 'worker: echo $PS', 'clock: echo $PS'] as const;

  test.for([
    [[], ['clock', 'web', 'worker']],
    [['web'], ['web']],
    [
      ['clock', 'web'],
      ['clock', 'web'],
    ],
    [
      ['-x', 'web'],
      ['clock', 'worker'],
    ],
    [['--except', 'web,clock'], ['worker']],
    [['-x', 'web', '-x', 'clock'], ['worker']],
    [['web', 'worker', '-x', 'web'], ['worker']],
  ] as const)('start %j runs %j', async ([args, names], { project }) => {
    project.write('Procfile', ...procfile);
    const { code, stdout } = await project.run([...ONCE, '--no-align', ...args]);
    expect({ code, lines: sorted(stdout) }).toEqual({ code: 0, lines: names.map((name) => `${name} | ${name}.1`) });
  });

  test.for([
    [
      ['-c', 'web=2,worker=0,clock=1'],
      ['clock.1', 'web.1', 'web.2'],
    ],
    [
      ['-c', 'web=2', '-c', 'worker=3'],
      ['clock.1', 'web.1', 'web.2', 'worker.1', 'worker.2', 'worker.3'],
    ],
    [
      ['-c', 'all=2,web=1'],
      ['clock.1', 'clock.2', 'web.1', 'worker.1', 'worker.2'],
    ],
    [
      ['-c', 'web=1', '--concurrency', 'web=2', 'web'],
      ['web.1', 'web.2'],
    ],
  ] as const)('start %j runs %j', async ([args, instances], { project }) => {
    project.write('Procfile', ...procfile);
    const { stdout } = await project.run([...ONCE, '--raw', ...args]);
    expect(sorted(stdout)).toEqual(instances);
  });

  test('names carry the slot where there is more than one, and stand in a column', async ({ project }) => {
    project.write('Procfile', ...procfile);
    const { stdout } = await project.run([...ONCE, '-c', 'web=2,clock=0']);
    expect(sorted(stdout)).toEqual(['web.1  | web.1', 'web.2  | web.2', 'worker | worker.1']);
  });

  test('numbers can come from the environment', async ({ project }) => {
    project.write('Procfile', ...procfile);
    const { stdout } = await project.run([...ONCE, '--raw', 'web'], { env: { GAFFER_CONCURRENCY: 'web=1,web=2,worker=9' } });
    expect(sorted(stdout)).toEqual(['web.1', 'web.2']);
  });

  test('what is piped into gaffer is not taken for a name', async ({ project }) => {
    project.write('Procfile', ...procfile);
    const { code, stdout } = await project.run([...ONCE, '--raw'], { input: 'web\n' });
    expect({ code, lines: sorted(stdout) }).toEqual({ code: 0, lines: ['clock.1', 'web.1', 'worker.1'] });
  });

  test('nothing to run is over at once', async ({ project }) => {
    project.write('Procfile', ...procfile);
    expect(await project.run(['start', '-c', 'all=0'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });
});

describe('which project', () => {
  test.for([[['start']], [['dev:start']], [['dev', 'start']]] as const)(
    'gaffer %j runs the Procfile of this folder',
    async ([command], { project }) => {
      project.write('Procfile', 'web: pwd');
      expect(await project.run([...command, ...ONCE.slice(1)])).toMatchObject({ code: 0, stdout: `web | ${project.root}\n`, stderr: '' });
    },
  );

  test('-f names a Procfile, which runs in this folder', async ({ project }) => {
    project.write('other/Procfile.dev', 'web: pwd; echo $A');
    project.write('.env', 'A=here');
    project.write('other/.env', 'A=there');
    const lines = `web | ${project.root}\nweb | here\n`;
    expect((await project.run([...ONCE, '-f', 'other/Procfile.dev'])).stdout).toBe(lines);
    expect((await project.run(ONCE, { env: { GAFFER_PROCFILE: 'other/Procfile.dev' } })).stdout).toBe(lines);
  });

  test.for([['-d'], ['--root'], ['--directory']] as const)('%s names a folder, with its Procfile and its .env', async ([option], { project }) => {
    project.write('sub/Procfile', 'web: pwd; echo $A');
    project.write('sub/.env', 'A=there');
    expect((await project.run([...ONCE, option, 'sub'])).stdout).toBe(`web | ${project.root}/sub\nweb | there\n`);
  });

  test('options can stand before the command', async ({ project }) => {
    project.write('sub/My', 'web: echo $PORT', 'worker: echo $PORT');
    const { stdout } = await project.run(['-f', 'sub/My', '--port=7000', '-x', 'web', ...ONCE]);
    expect(stdout).toBe('worker | 7100\n');
  });

  test('a folder that is gone is told of', async ({ project }) => {
    mkdirSync(join(project.root, 'gone'));
    const script = `cd gone; rmdir ../gone; node ${GAFFER} start`;
    expect(await project.run(['run', 'sh', '-c', script])).toMatchObject({
      code: 1,
      stderr: 'gaffer: the current folder is not there any more: go to another one\n',
    });
  });

  test('without a Procfile it says what one looks like', async ({ project }) => {
    expect(await project.run(['start'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `gaffer: no Procfile in ${project.root}: write one with lines like "web: node server.js", or name another with -f\n`,
    });
    expect(await project.run(['start', '-f', 'Procfil'])).toMatchObject({ code: 1, stderr: "gaffer: procfile 'Procfil' not found\n" });
  });
});

describe('environment', () => {
  const print = 'web: echo "$A $B $C"';

  test.for([
    [[], 'env env shell'],
    [['-e', 'one.env'], 'one shell shell'],
    [['-e', 'one.env,two.env'], 'two two shell'],
    [['-e', 'two.env', '-e', 'one.env'], 'one two shell'],
    [['-e', '.env', '--env', 'two.env'], 'two two shell'],
    [['-e', '/dev/null'], 'shell shell shell'],
    [['--env-precedence', 'shell'], 'shell shell shell'],
    [['--env-precedence', 'file'], 'env env shell'],
  ] as const)('start %j gives the process %j', async ([args, values], { project }) => {
    project.write('Procfile', print);
    project.write('.env', 'A=env', 'B=env');
    project.write('one.env', 'A=one');
    project.write('two.env', 'A=two', 'B=two');
    const { stdout } = await project.run([...ONCE, ...args], { env: { A: 'shell', B: 'shell', C: 'shell' } });
    expect(stdout).toBe(`web | ${values}\n`);
  });

  test('files can be named in the environment', async ({ project }) => {
    project.write('Procfile', print);
    project.write('one.env', 'A=one', 'B=one');
    project.write('two.env', 'A=two');
    expect((await project.run(ONCE, { env: { GAFFER_ENV: 'one.env,two.env', C: 'shell' } })).stdout).toBe('web | two one shell\n');
    expect((await project.run([...ONCE, '-e', 'one.env'], { env: { GAFFER_ENV: 'two.env' } })).stdout).toBe('web | one one \n');
  });

  test('a .env file is read as dotenv reads it, quotes, comments, exports and line breaks', async ({ project }) => {
    project.write('Procfile', 'web: env | grep ^T_ | sort');
    project.write(
      '.env',
      'T_A=two words',
      "T_B='two words'",
      'export T_C=x',
      'T_D=x # note',
      'T_E=x#y',
      'T_F=',
      '  T_G = x',
      String.raw`T_H="l1\nl2"`,
      String.raw`T_I='l1\nl2'`,
      'T_J="l1',
      'l2"',
      'T_K=$B ${B} $(echo x)',
      "T_L=it's",
      String.raw`T_M=C:\temp\new`,
      'T_N: x',
      'T_O=a=b=c',
      'T_P=1',
      'T_P=2',
    );
    const { stdout, stderr } = await project.run([...ONCE, '--raw']);
    expect(stdout.split('\n')).toEqual([
      'T_A=two words',
      'T_B=two words',
      'T_C=x',
      'T_D=x',
      'T_E=x',
      'T_F=',
      'T_G=x',
      'T_H=l1',
      String.raw`T_I=l1\nl2`,
      'T_J=l1',
      'T_K=$B ${B} $(echo x)',
      "T_L=it's",
      String.raw`T_M=C:\temp\new`,
      'T_N=x',
      'T_O=a=b=c',
      'T_P=2',
      '',
    ]);
    expect(stderr).toBe('');
  });

  test('a folder named .env is not taken for the file', async ({ project }) => {
    project.write('Procfile', 'web: echo fine');
    project.write('.env/bin/python');
    expect(await project.run([...ONCE, '--raw'])).toMatchObject({ code: 0, stdout: 'fine\n', stderr: '' });
    expect(await project.run([...ONCE, '-e', '.env'])).toMatchObject({
      code: 1,
      stderr: `gaffer: cannot read ${project.root}/.env: it is a folder\n`,
    });
  });

  test('every process has its name, and the mark of its run', async ({ project }) => {
    project.write('Procfile', 'web: echo $PS ${GAFFER_RUN_ID:+marked}');
    expect((await project.run([...ONCE, '--raw', '-c', 'web=2'])).stdout.split('\n').toSorted()).toEqual(['', 'web.1 marked', 'web.2 marked']);
  });
});

describe('ports', () => {
  const procfile = ['web: echo $PS ${PORT-none}', 'worker: echo $PS ${PORT-none}'] as const;

  test.for([
    ['5000 for the first, 100 more for the next type, 1 more for the next instance', [], {}, '', ['web.1 5000', 'web.2 5001', 'worker.1 5100']],
    ['-p tells the first', ['-p', '7000'], { PORT: '8000' }, 'PORT=9000', ['web.1 7000', 'web.2 7001', 'worker.1 7100']],
    ['else PORT of the .env file', [], { PORT: '8000' }, 'PORT=9000', ['web.1 9000', 'web.2 9001', 'worker.1 9100']],
    ['else PORT of the shell', [], { PORT: '8000' }, '', ['web.1 8000', 'web.2 8001', 'worker.1 8100']],
    ['none at all with --no-port', ['--no-port'], {}, '', ['web.1 none', 'web.2 none', 'worker.1 none']],
    ['as the shell has it with --no-port', ['--no-port'], { PORT: '8000' }, '', ['web.1 8000', 'web.2 8000', 'worker.1 8000']],
  ] as const)('%s', async ([, args, env, file, lines], { project }) => {
    project.write('Procfile', ...procfile);
    project.write('.env', file);
    const { stdout } = await project.run([...ONCE, '--raw', '-c', 'web=2', ...args], { env });
    expect(sorted(stdout)).toEqual(lines);
  });

  test('one that is taken is told of once for each start', async ({ project }) => {
    const server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, resolve));
    project.write('Procfile', ...procfile);
    const { code, stdout } = await project.run([...ONCE, 'web', '-c', 'web=2', '-p', String(port - 1)]);
    server.close();
    expect({ code, lines: sorted(stdout) }).toEqual({
      code: 0,
      lines: [`web.1 | web.1 ${port - 1}`, `web.2 | port ${port} is taken: another program listens on it`, `web.2 | web.2 ${port}`],
    });
  });

  test('a type keeps its ports when others are left out', async ({ project }) => {
    project.write('Procfile', ...procfile);
    expect((await project.run([...ONCE, '--raw', 'worker'])).stdout).toBe('worker.1 5100\n');
  });
});

describe('how it looks', () => {
  const procfile = ['web: echo one', 'worker: sleep 0'] as const;

  test.for([
    [[], /^\d\d:\d\d:\d\d web    \| one$/m],
    [['--timestamp', 'clock'], /^\d\d:\d\d:\d\d web    \| one$/m],
    [['--timestamp', 'iso'], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z web    \| one$/m],
    [['--timestamp=none'], /^web    \| one$/m],
    [['--no-timestamp'], /^web    \| one$/m],
    [['--no-align'], /^\d\d:\d\d:\d\d web \| one$/m],
    [['--raw'], /^one\n$/],
  ] as const)('start %j', async ([args, pattern], { project }) => {
    project.write('Procfile', ...procfile);
    expect((await project.run(['start', '--on-exit', 'ignore', ...args])).stdout).toMatch(pattern);
  });

  test("--quiet-events leaves gaffer's own lines out, but for trouble", async ({ project }) => {
    project.write('Procfile', 'web: echo one', 'bad: not-there');
    const { stdout } = await project.run(['start', '--on-exit', 'ignore', '--quiet-events', '--no-timestamp']);
    expect(sorted(stdout)).toEqual([
      'bad | could not start: command not found: not-there',
      'bad | did not start: command not found: not-there',
      'web | one',
    ]);
  });

  test('--raw says on stderr what gaffer does', async ({ project }) => {
    project.write('Procfile', 'web: echo up; exec sleep 100');
    const gaffer = project.spawn(['start', '--raw']);
    await gaffer.stdout.until('up');
    expect(await gaffer.end('SIGTERM')).toMatchObject({ stdout: 'up\n', stderr: 'gaffer: SIGTERM: stopping 1 process\n' });
  });

  test('--raw says trouble on stderr', async ({ project }) => {
    project.write('Procfile', 'web: echo one', 'bad: not-there');
    const { stdout, stderr } = await project.run(['start', '--on-exit', 'ignore', '--raw']);
    expect(stdout).toBe('one\n');
    expect(stderr).toBe('gaffer: bad: could not start: command not found: not-there\ngaffer: bad: did not start: command not found: not-there\n');
  });
});

describe('when a process ends', () => {
  test('with restart it is started again, whatever its code', async ({ project }) => {
    project.write('Procfile', 'web: echo $$; sleep 0.05; exit $(($(wc -l < codes) % 2))');
    project.write('gaffer.ini', '[process:web]', 'flapping = none');
    project.write('codes');
    const gaffer = project.spawn(['start', '--no-timestamp']);
    await gaffer.stdout.until(/spawn/, 4);
    const { stdout, code } = await gaffer.end('SIGTERM');
    expect(withoutNumbers(stdout).split('\n').slice(0, 3)).toEqual([
      'web | spawn process with pid PID',
      expect.stringMatching(/^web \| \d+$/),
      'web | exit process with pid PID',
    ]);
    expect(code).toBe(143);
  });

  test('200 restarts of one that fails at once leave nothing open', async ({ project }) => {
    project.write('Procfile', 'web: exit 1');
    project.write('gaffer.ini', '[process:web]', 'flapping = none');
    const gaffer = project.spawn(['start']);
    expect(await becomes(() => existsSync(findSession(project.root, project.env())?.socket ?? ''), 10_000)).toBe(true); // it opens that, too
    const restarts = (): number => gaffer.stdout.text.match(/exit process/g)?.length ?? 0;
    await gaffer.stdout.until('exit process', restarts() + 20);
    const before = readdirSync(`/proc/${gaffer.pid}/fd`).length;
    await gaffer.stdout.until('exit process', restarts() + 180);
    expect(readdirSync(`/proc/${gaffer.pid}/fd`).length).toBeLessThan(before + 5);
    expect((await gaffer.end('SIGINT')).code).toBe(130);
  });

  test.for([
    ['exit 3', 3, 'ended with code 3'],
    ['exit 0', 0, undefined],
    ['kill -9 $$', 137, 'ended with SIGKILL'],
    ['kill -TERM $$', 143, 'ended with SIGTERM'],
    ['exec not-there', 127, 'ended with code 127'],
    ['not-there', 127, 'did not start: command not found: not-there'],
    ['./plain.txt', 126, 'did not start: cannot execute ./plain.txt: permission denied'],
  ] as const)('with stop, "%s" ends the session with %i', async ([command, code, words], { project }) => {
    project.write('plain.txt', 'no program');
    project.write('Procfile', `bad: ${command}`, 'web: exec sleep 100');
    const result = await project.run(['start', '--on-exit', 'stop', '--no-timestamp']);
    expect(result).toMatchObject({ code, stderr: '' });
    expect(summaryOf(result.stdout)).toEqual(words === undefined ? [] : [`bad | ${words}`]);
    expect(withoutNumbers(result.stdout)).toContain('web | exit process with pid PID\n');
  });

  test.for([
    [['exit 0', 'exit 0'], 0, []],
    [['exit 0', 'exit 4'], 1, ['b | ended with code 4']],
    [['not-there', 'exit 0'], 1, ['a | did not start: command not found: not-there']],
    [['kill -9 $$', 'exit 4'], 1, ['a | ended with SIGKILL', 'b | ended with code 4']],
  ] as const)('with ignore, %j ends with %i when all are done', async ([[a, b], code, words], { project }) => {
    project.write('Procfile', `a: ${a}`, `b: ${b}`);
    const result = await project.run(['start', '--on-exit', 'ignore', '--no-timestamp']);
    expect({ code: result.code, summary: summaryOf(result.stdout).toSorted() }).toEqual({ code, summary: words });
  });

  test('one that keeps failing is paused, and given up with its last lines', async ({ project }) => {
    project.write('Procfile', 'web: echo trying; echo no database >&2; exit 3');
    project.write('gaffer.ini', '[process:web]', 'flapping = 2, 60, 0.05, 1');
    const { code, stdout } = await project.run(['start', '--no-timestamp']);
    expect(code).toBe(1);
    const lines = withoutNumbers(stdout).split('\n');
    expect(lines).toContain('web | exit process with pid PID (code 3)');
    expect(lines).toContain('web | failed again and again: next try in 0.1s (1 of 1)');
    expect(lines.slice(lines.findIndex((line) => line.includes('given up:')))).toEqual([
      'web | given up: it failed again after every pause; its last lines:',
      'web |   trying',
      'web |   no database',
      expect.stringMatching(/^web \| ended with code 3 after [\d.]+s, given up$/),
      '',
    ]);
  });

  test('a job that is given up leaves the others alone', async ({ project }) => {
    project.write('Procfile', 'bad: exit 1', 'web: echo up; exec sleep 100');
    project.write('gaffer.ini', '[process:bad]', 'flapping = 1, 1, 0.01, 1');
    const gaffer = project.spawn(['start', '--no-timestamp']);
    await gaffer.stdout.until('given up');
    expect(gaffer.hasEnded).toBe(false);
    expect((await gaffer.end('SIGINT')).code).toBe(130);
  });

  test('a program that is not there is tried again as one that fails', async ({ project }) => {
    project.write('Procfile', 'web: not-there');
    project.write('gaffer.ini', '[process:web]', 'flapping = 1, 1, 0.01, 2');
    const { code, stdout } = await project.run(['start', '--no-timestamp']);
    expect(code).toBe(1);
    expect(stdout.split('\n').filter((line) => line === 'web | could not start: command not found: not-there')).toHaveLength(3);
  });
});

test('-t tells how long a process may take to stop', async ({ project }) => {
  project.write('Procfile', "web: trap '' TERM; echo up; while :; do sleep 0.01; done");
  const gaffer = project.spawn(['start', '-t', '0.2', '--no-timestamp']);
  await gaffer.stdout.until('up');
  const { code, stdout } = await gaffer.end('SIGTERM');
  expect(code).toBe(143);
  expect(stdout).toMatch(/\| ended with SIGKILL after [\d.]+s, it had to be killed\n$/);
});

test('what has been read of the project stays: a Procfile that changes changes nothing', async ({ project }) => {
  project.write('Procfile', 'web: echo old; exec sleep 0.1');
  const gaffer = project.spawn(['start']);
  await gaffer.stdout.until('old');
  project.write('Procfile', 'web: echo new');
  await gaffer.stdout.until('old', 2);
  expect(gaffer.stdout.text).not.toContain('new');
});
