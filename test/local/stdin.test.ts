import { describe, expect } from 'vitest';
import { pressAgain } from '../support/program.ts';
import { test } from '../support/project.ts';

const PROCFILE = [
  'web: echo up; while read -r line; do echo "got $line"; test "$line" != die || exit; done; echo over; exec sleep 1000',
  'other: cat; echo other has none; exec sleep 1000',
];

describe('gaffer start --stdin', () => {
  test('passes what is typed on to one job, and Ctrl-C ends the session', async ({ project }) => {
    project.write('Procfile', ...PROCFILE);
    const terminal = project.terminal(['start', '--stdin', 'web'], { env: { TERM: 'xterm' } });
    await terminal.output.until('up');
    terminal.type('hello\r');
    await terminal.output.until('got hello');
    terminal.type('die\r');
    await terminal.output.until('up', 2);
    terminal.type('again\r');
    await terminal.output.until('got again');
    terminal.type('\x04');
    await terminal.output.until('over');
    terminal.type('\x03');
    expect((await terminal.exit).code).toBe(130);
    expect(terminal.text).toContain('other has none');
  });

  test('passes all of a pipe on, and its end', async ({ project }) => {
    project.write('Procfile', 'web: sha256sum; sleep 1000');
    const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 11) % 256));
    const { createHash } = await import('node:crypto');
    const hash = createHash('sha256').update(bytes).digest('hex');
    const started = project.spawn(['start', '--stdin', 'web'], { keepsInput: true });
    started.write(bytes);
    started.endInput();
    await started.stdout.until(hash);
    expect((await started.end('SIGINT')).code).toBe(130);
  });

  test('ends with its job when that is what ends the session', async ({ project }) => {
    project.write('Procfile', 'web: read -r line; exit $line', 'worker: sleep 1000');
    expect((await project.run(['start', '--stdin', 'web', '--on-exit', 'stop'], { input: '7\n' })).code).toBe(7);
  });

  test('does not keep the session from being ended while the process does not read', async ({ project }) => {
    project.write('Procfile', 'web: echo up; trap "" TERM; sleep 1000');
    const started = project.spawn(['start', '--stdin', 'web', '-t', '100'], { keepsInput: true });
    started.write(Buffer.alloc(1_000_000));
    await started.stdout.until('up');
    started.signal('SIGINT');
    await started.stdout.until('stopping');
    await pressAgain(started);
    expect((await started.result()).code).toBe(130);
  });

  test('without it nothing is read', async ({ project }) => {
    project.write('Procfile', 'web: read -r line; echo "got ($line)"; exec sleep 1000');
    const started = project.spawn(['start'], { input: 'hello\n' });
    await started.stdout.until('got ()');
    expect((await started.end('SIGINT')).code).toBe(130);
  });

  test.for([
    [['--stdin', 'wbe'], '--stdin: expected a process that is run here (web, other), got "wbe"; did you mean "web"?'],
    [['--stdin', 'web', 'other'], '--stdin: expected a process that is run here (other), got "web"'],
    [['--stdin', 'web.2'], '--stdin: expected an instance of web that is started, got "web.2" (there is web.1)'],
    [['--stdin', 'web', '--detach'], '--stdin and --detach exclude each other (gaffer start --help tells more)'],
  ] as const)('%j is wrong usage', async ([args, message], { project }) => {
    project.write('Procfile', ...PROCFILE);
    expect(await project.run(['start', ...args])).toMatchObject({ code: 2, stdout: '', stderr: `gaffer: ${message}\n` });
  });
});
