import { closeSync, openSync } from 'node:fs';
import { expect } from 'vitest';
import { gafferIn } from '../support/gaffer.ts';
import { test } from '../support/project.ts';

test.for([
  [['strat'], 'expected a command, got "strat"; did you mean "start"? (gaffer --help lists them)'],
  [['dev:strat'], 'expected a command, got "dev:strat"; did you mean "dev:start"? (gaffer --help lists them)'],
  [['dev'], 'expected a command, got "dev"; there are dev:start, dev:run (gaffer --help lists them)'],
  [['-f', 'Procfile'], 'expected a command behind the options, got none (gaffer --help lists them)'],
  [['--bogus'], 'unknown option --bogus (gaffer --help tells more)'],
  [['--procfle=x', 'start'], 'unknown option --procfle; did you mean "--procfile"? (gaffer start --help tells more)'],
  [['start', '--prot', '5'], 'unknown option --prot; did you mean "--port"? (gaffer start --help tells more)'],
  [['dev:start', '--prot', '5'], 'unknown option --prot; did you mean "--port"? (gaffer dev:start --help tells more)'],
  [['start', '--no-colour'], 'unknown option --no-colour; did you mean "--no-color"? (gaffer start --help tells more)'],
  [['start', '-z'], 'unknown option -z (gaffer start --help tells more)'],
  [
    ['start', '--on-exit', 'restrat'],
    '--on-exit: expected restart, stop or ignore, got "restrat"; did you mean "restart"? (gaffer start --help tells more)',
  ],
  [['start', '--timestamp', 'x'], '--timestamp: expected clock, iso or none, got "x" (gaffer start --help tells more)'],
  [
    ['start', '--env-precedence', 'shel'],
    '--env-precedence: expected file or shell, got "shel"; did you mean "shell"? (gaffer start --help tells more)',
  ],
  [['start', '-t'], '--graceful-timeout: expected a value, got none (gaffer start --help tells more)'],
  [['start', '-t', 'soon'], '--graceful-timeout: expected seconds from 0 to 86400, got "soon"'],
  [['start', '-p', '70000'], '--port: expected a port from 1 to 65535, got "70000"'],
  [['start', '-p', '5000', '--no-port'], '--port and --no-port exclude each other (gaffer start --help tells more)'],
  [['start', '-c', 'web'], 'expected a formation like "web=2,worker=1", each number from 0 to 10000, got "web"'],
  [['start', '-c', 'wbe=2'], 'expected a process of the Procfile (web, worker), got "wbe"; did you mean "web"?'],
  [['start', 'wrker'], 'expected a process of the Procfile (web, worker), got "wrker"; did you mean "worker"?'],
  [['start', '-x', 'wokrer'], 'expected a process of the Procfile (web, worker), got "wokrer"; did you mean "worker"?'],
  [['start', '-x', 'web', '-x', 'worker'], 'expected at least one process to be left, got none: all of web, worker are left out'],
  [['start', '-e', 'missing.env'], "env file 'missing.env' not found"],
  [['start', '-e', '.env,missing.env'], "env file 'missing.env' not found"],
  [['start', '-d', 'nowhere'], '--root: expected a folder, got "nowhere"'],
  [['start', '--app', 'a b'], 'expected an application name of letters, digits, "_", "+" and "-", got "a b"'],
  [['run'], 'expected a process of the Procfile, or a command with its arguments, got nothing (gaffer run --help tells more)'],
  [['run', ' '], 'expected a process of the Procfile, or a command with its arguments, got " "'],
  [['run', '--nope', 'x'], 'unknown option --nope (gaffer run --help tells more)'],
  [['run', '-d', 'nowhere', 'true'], '--root: expected a folder, got "nowhere"'],
  [['check', 'web'], 'unexpected argument "web" (gaffer check --help tells more)'],
  [['check', '--json', 'web'], 'unexpected argument "web" (gaffer check --help tells more)'],
  [['export', 'wbe'], 'expected a process of the Procfile (web, worker), got "wbe"; did you mean "web"?'],
  [['export', '--format', 'jsno'], '--format: expected ini or json, got "jsno"; did you mean "json"? (gaffer export --help tells more)'],
] as const)('gaffer %j is refused with 2 and one line', async ([args, message], { project }) => {
  project.write('Procfile', 'web: sleep 100', 'worker: sleep 100');
  project.write('.env');
  expect(await gafferIn(project, args)).toMatchObject({ code: 2, stdout: '', stderr: `gaffer: ${message}\n` });
});

test('gaffer alone tells what it can do', async ({ project }) => {
  const { code, stdout, stderr } = await project.run([]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const command of ['start', 'run', 'check', 'export', 'load', 'unload', 'scale', 'ps', 'logs', 'stop', 'apps', 'help']) {
    expect(stdout).toMatch(new RegExp(`^  ${command}\\s+\\S`, 'm'));
  }
});

test.for([[['--help']], [['-h']], [['help']]])('gaffer %j tells what it can do', async ([args], { project }) => {
  expect((await project.run(args!)).stdout).toBe((await project.run([])).stdout);
});

test.for([[['start', '--help']], [['help', 'start']], [['dev:start', '-h']], [['-h', 'start']]])(
  'gaffer %j tells about start',
  async ([args], { project }) => {
    const { code, stdout } = await project.run(args!);
    expect(code).toBe(0);
    for (const option of [
      '-f, --procfile=FILE',
      '-d, --root=FOLDER',
      '-c, --concurrency=NAME=N',
      '--on-exit=<option>',
      '--[no-]color',
      '[env: GAFFER_PROCFILE]',
    ]) {
      expect(stdout).toContain(option);
    }
  },
);

test.for([[['--help']], [['check']], [['check', '--json']], [['export']]])(
  'gaffer %j says so when its output cannot be written',
  async ([args], { project }) => {
    project.write('Procfile', 'web: sleep 100');
    const full = openSync('/dev/full', 'w');
    const gaffer = project.spawn(args!, { stdout: full });
    closeSync(full);
    expect(await gaffer.result()).toMatchObject({ code: 1, stderr: 'gaffer: cannot write to stdout: ENOSPC: no space left on device, write\n' });
  },
);

test.for([[['--help']], [['check']], [['export']]])('gaffer %j does not mind when nobody reads on', async ([args], { project }) => {
  project.write('Procfile', 'web: sleep 100');
  const gaffer = project.spawn(args!);
  gaffer.closeStdout();
  expect(await gaffer.result()).toMatchObject({ code: 0, stderr: '' });
});

test('gaffer --version tells its version', async ({ project }) => {
  expect(await project.run(['--version'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^gaffer version \d+\.\d+\.\d+\n$/) as string,
    stderr: '',
  });
});
