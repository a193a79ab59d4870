import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { test, withoutNumbers } from '../support/project.ts';

const ONCE = ['start', '--on-exit', 'ignore', '--no-timestamp', '--quiet-events', '--no-align'] as const;

function sorted(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .toSorted();
}

describe('a Procfile', () => {
  test.for([
    ['web: echo ran\n', 'web | ran'],
    ['web:echo ran\n', 'web | ran'],
    ['web:   echo ran   \n', 'web | ran'],
    ['\uFEFFweb: echo ran\n', 'web | ran'],
    ['web: echo ran\r\n\r\n# note: x\r\n', 'web | ran'],
    ['# note: x\n#old: x\n\nweb: echo ran', 'web | ran'],
    ['web-a_1: echo ran\n', 'web-a_1 | ran'],
    ['web: X=1 && echo $X | tr 1 2\n', 'web | 2'],
    ['web: X=1 sh -c \'echo "$X"\'\n', 'web | 1'],
    ['web: echo a # web\n', 'web | a'],
    ["web: echo 'a # web'\n", 'web | a # web'],
    ['web: echo ~ | sed "s,$HOME,home,"\n', 'web | home'],
    ['web: echo "[$NOT_SET]" $NOT_SET.\n', 'web | [] .'],
    ['web: for i in 1 2; do echo $i; done | paste -sd+\n', 'web | 1+2'],
    ['web: echo 50% \\$5 \'$HOME\' "a  b"\n', 'web | 50% $5 $HOME a  b'],
    ['web: echo $WORDS\n', 'web | a b'],
    ['web: echo "$WORDS"\n', 'web | a  b'],
    ['web: echo *.txt\n', 'web | one.txt two.txt'],
    ['web: echo ${WORDS:-none} ${NOT_SET:-none}\n', 'web | a b none'],
  ])('%j runs and says "%s"', async ([text, line], { project }) => {
    project.write('one.txt');
    project.write('two.txt');
    writeFileSync(join(project.root, 'Procfile'), text!);
    expect(await project.run(ONCE, { env: { WORDS: 'a  b' } })).toMatchObject({ code: 0, stdout: `${line}\n`, stderr: '' });
  });

  test.for([
    ['this is garbage', 'expected "name: command", got "this is garbage"'],
    ['web : echo ran', 'expected "name: command", got "web : echo ran"; did you mean "web: echo ran"?'],
    ['  web: echo ran', 'expected "name: command", got "  web: echo ran"; did you mean "web: echo ran"?'],
    ['web.1: echo ran', 'expected "name: command", got "web.1: echo ran"; did you mean "web-1: echo ran"?'],
    ['wéb: echo ran', 'expected "name: command", got "wéb: echo ran"; did you mean "web: echo ran"?'],
    ['web:', 'expected "name: command", got "web:", which has no command'],
    ['web:   ', 'expected "name: command", got "web:   ", which has no command'],
  ] as const)('the line %j is named on stderr and left out', async ([line, message], { project }) => {
    project.write('Procfile', 'good: echo fine', '', line, 'last: echo fine too');
    const { code, stdout, stderr } = await project.run(ONCE);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `Procfile:3: ${message}\n` });
    expect(sorted(stdout)).toEqual(['good | fine', 'last | fine too']);
    expect((await project.run(['check'])).stdout).toBe(`Procfile:3: ${message}\n1 finding to mend\n`);
  });

  test('with nothing but such lines is refused, and they are named', async ({ project }) => {
    project.write('Procfile', 'web : echo ran');
    expect(await project.run(ONCE)).toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        'Procfile:1: expected "name: command", got "web : echo ran"; did you mean "web: echo ran"?\n' +
        'gaffer: Procfile: expected at least one process, like "web: command", found none\n',
    });
  });

  test.for([[''], ['\n\n'], ['# web: echo ran\n']])('without a process (%j) is refused', async ([text], { project }) => {
    writeFileSync(join(project.root, 'Procfile'), text!);
    expect(await project.run(ONCE)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'gaffer: Procfile: expected at least one process, like "web: command", found none\n',
    });
  });

  test('with a name given twice is refused, with both lines', async ({ project }) => {
    project.write('Procfile', 'web: echo one', 'worker: echo two', 'web: echo three');
    expect(await project.run(ONCE)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'gaffer: Procfile:3: process "web" is defined twice, on lines 1 and 3; rename or remove one\n',
    });
  });

  test('of 300 types starts them all, and stops them all', { timeout: 60_000 }, async ({ project }) => {
    project.write('Procfile', ...Array.from({ length: 300 }, (_, index) => `type-${index}: echo up; exec sleep 100`));
    const gaffer = project.spawn(['start', '--no-timestamp', '--no-align', '-p', '1024']);
    await gaffer.stdout.until(/\| up/, 300);
    const { code, stdout } = await gaffer.end('SIGINT');
    expect(code).toBe(130);
    expect(stdout.match(/exit process with pid \d+\n/g)).toHaveLength(300);
  });
});

describe('gaffer.ini', () => {
  test('tells how many, with which environment, and where', async ({ project }) => {
    project.write('Procfile', 'web: echo $PS $A $B; pwd', 'worker: echo $PS $A $B');
    project.write('.env', 'A=file', 'B=file');
    project.write('gaffer.ini', '[process:web]', 'numprocesses = 2', 'env:A = ini', 'cwd = sub', '', '[env:worker]', 'b = from the section');
    project.write('sub/file');
    const { code, stdout, stderr } = await project.run([...ONCE, '--raw']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const folder = `${project.root}/sub`;
    expect(sorted(stdout)).toEqual([folder, folder, 'web.1 ini file', 'web.2 ini file', 'worker.1 file from the section'].toSorted());
  });

  test('the command line wins', async ({ project }) => {
    project.write('Procfile', 'web: echo $PS $PORT; exit 3');
    project.write('gaffer.ini', '[process:web]', 'numprocesses = 2', 'port = 6000', 'on_exit = restart');
    expect(sorted((await project.run([...ONCE, '--raw', '-c', 'web=1', '-p', '7000'])).stdout)).toEqual(['web.1 7000']);
    expect(sorted((await project.run([...ONCE, '--raw'])).stdout)).toEqual(['web.1 6000', 'web.2 6001']);
  });

  test('stop_signal and graceful_timeout tell how to stop', async ({ project }) => {
    project.write(
      'Procfile',
      "web: trap 'echo got INT; exit' INT; trap '' TERM; echo up; while :; do sleep 0.01; done",
      "deaf: trap '' TERM; echo up; while :; do sleep 0.01; done",
    );
    project.write('gaffer.ini', '[process:web]', 'stop_signal = INT', '', '[process:deaf]', 'graceful_timeout = 0.1');
    const gaffer = project.spawn(['start', '--no-timestamp', '--no-align']);
    await gaffer.stdout.until(/\| up\n/, 2);
    const { code, stdout } = await gaffer.end('SIGTERM');
    expect(code).toBe(143);
    expect(stdout).toContain('web | got INT\n');
    expect(stdout).toMatch(/deaf \| ended with SIGKILL after [\d.]+s, it had to be killed\n$/);
    expect(stdout).not.toMatch(/web \| ended/);
  });

  test('on_exit is decided for each job', async ({ project }) => {
    project.write(
      'Procfile',
      'migrate: echo migrated; touch done',
      'web: echo up; while ! [ -e done ]; do sleep 0.01; done; sleep 0.2; exit 5',
      'worker: exec sleep 100',
    );
    project.write('gaffer.ini', '[process:migrate]', 'on_exit = ignore', '', '[process:web]', 'on_exit = stop');
    const { code, stdout } = await project.run(['start', '--no-timestamp']);
    expect(code).toBe(5);
    expect(stdout.match(/migrated/g)).toHaveLength(1);
    expect(stdout).toMatch(/web {5}\| ended with code 5 after [\d.]+s\n$/);
  });

  test('redirect_output = out, err reads two pipes, and loses nothing', async ({ project }) => {
    project.write('Procfile', 'web: for i in 1 2 3; do echo out $i; echo err $i >&2; done');
    project.write('gaffer.ini', '[process:web]', 'redirect_output = out, err');
    const { stdout } = await project.run(ONCE);
    expect(stdout.split('\n').filter((line) => line.includes('out'))).toEqual(['web | out 1', 'web | out 2', 'web | out 3']);
    expect(stdout.split('\n').filter((line) => line.includes('err'))).toEqual(['web | err 1', 'web | err 2', 'web | err 3']);
  });

  test('priority tells the order of starts, and of stops in reverse', async ({ project }) => {
    project.write('Procfile', 'web: echo up; exec sleep 100', 'db: echo up; exec sleep 100');
    project.write('gaffer.ini', '[process:db]', 'priority = 0', '', '[process:web]', 'priority = 1');
    const gaffer = project.spawn(['start', '--no-timestamp', '--no-align']);
    await gaffer.stdout.until(/\| up\n/, 2);
    const { stdout } = await gaffer.end('SIGTERM');
    expect(stdout.match(/^\w+(?= \| spawn)/gm)).toEqual(['db', 'web']);
    expect(stdout.match(/^\w+(?= \| exit)/gm)).toEqual(['web', 'db']);
  });

  test('a mistake is an error that names file and line', async ({ project }) => {
    project.write('Procfile', 'web: echo ran');
    project.write('gaffer.ini', '# settings', '[process:web]', 'numproceses = 2', 'on_exit = never', 'cmd = echo other', '', '[process:wbe]');
    const { code, stdout, stderr } = await project.run(ONCE);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      'gaffer: gaffer.ini:3: [process:web] numproceses: no such job setting; did you mean "numprocesses"?',
      'gaffer: gaffer.ini:4: [process:web] on_exit: expected "restart", "stop" or "ignore", got "never"',
      'gaffer: gaffer.ini:5: [process:web] cmd: the Procfile says this; change it there',
      'gaffer: gaffer.ini:7: expected a process of the Procfile (web), got "wbe"; did you mean "web"?',
      '',
    ]);
  });

  test.for([
    ['nowhere', 'no such folder'],
    ['Procfile/x', 'no such folder'],
  ] as const)('a folder that is not there (%s) is the reason of an exit', async ([cwd, reason], { project }) => {
    project.write('Procfile', 'web: echo ran');
    project.write('gaffer.ini', '[process:web]', `cwd = ${cwd}`);
    expect(await project.run(ONCE)).toMatchObject({
      code: 1,
      stdout: `web | could not start: cannot run in ${project.root}/${cwd}: ${reason}\nweb | did not start: cannot run in ${project.root}/${cwd}: ${reason}\n`,
      stderr: '',
    });
  });
});

test('the Procfile of this repository runs', async ({ project }) => {
  const repository = join(import.meta.dirname, '../..');
  const gaffer = project.spawn(['start', '-f', 'Procfile.example', '-c', 'dummy=2'], { cwd: repository });
  await gaffer.stdout.until(/hello, dummy \(pid: \d+\) is alive\n/, 3);
  const { code, stdout } = await gaffer.end('SIGINT');
  expect(code).toBe(130);
  expect(withoutNumbers(stdout).match(/^.*spawn process.*$/gm)).toEqual([
    'HH:MM:SS dummy.1 | spawn process with pid PID',
    'HH:MM:SS dummy.2 | spawn process with pid PID',
    'HH:MM:SS dummy1  | spawn process with pid PID',
  ]);
});
