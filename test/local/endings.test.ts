import { constants } from 'node:os';
import { describe, expect } from 'vitest';
import { becomes, childrenOf, ignores } from '../support/processes.ts';
import { GAFFER, pressAgain } from '../support/program.ts';
import { test, withoutNumbers } from '../support/project.ts';

// The project of each test makes sure that no process and no file of its sessions is left.

/** Says that it is up and runs until it is told to end. */
const UP = 'echo up; exec sleep 100';

/** As {@link UP}, but whom SIGTERM does not impress. */
const DEAF = "trap '' TERM; echo up; while :; do sleep 0.01; done";

describe('a signal stops the session', () => {
  test.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
  ] as const)('%s, with %i', async ([signal, code], { project }) => {
    project.write('Procfile', `web: ${UP}`, `worker: ${UP}`);
    const gaffer = project.spawn(['start', '--no-timestamp']);
    await gaffer.stdout.until('up', 2);
    const result = await gaffer.end(signal);
    expect(result).toMatchObject({ code, stderr: '' });
    const lines = withoutNumbers(result.stdout).trimEnd().split('\n');
    const hint = signal === 'SIGINT' ? ' (Ctrl-C again kills)' : '';
    expect(lines.at(-3)).toBe(`gaffer | ${signal}: stopping 2 processes${hint}`);
    expect(lines.slice(-2).toSorted()).toEqual(['web    | exit process with pid PID', 'worker | exit process with pid PID']);
  });

  test('and what the processes say then is shown', async ({ project }) => {
    project.write('Procfile', "web: trap 'echo bye; exit 0' TERM; echo up; sleep 100 & wait");
    const gaffer = project.spawn(['start', '--no-timestamp', '--quiet-events']);
    await gaffer.stdout.until('up');
    expect((await gaffer.end('SIGTERM')).stdout).toBe('web | up\ngaffer | SIGTERM: stopping 1 process\nweb | bye\n');
  });

  test('a process that then ends with another code is told of', async ({ project }) => {
    project.write('Procfile', "web: trap 'exit 9' TERM; echo up; sleep 100 & wait");
    const gaffer = project.spawn(['start', '--no-timestamp']);
    await gaffer.stdout.until('up');
    const { code, stdout } = await gaffer.end('SIGTERM');
    expect(code).toBe(143);
    expect(stdout).toMatch(/^web \| ended with code 9 after [\d.]+s\n$/m);
  });

  test('also before the first process runs', async ({ project }) => {
    project.write('Procfile', `web: ${UP}`);
    const gaffer = project.spawn(['start']);
    await becomes(() => project.sessionFiles.some((file) => /session\/.*\.json$/.test(file)), 10_000);
    expect((await gaffer.end('SIGINT')).code).toBe(130);
  });

  test('also while a hundred processes are being started', async ({ project }) => {
    project.write('Procfile', `web: ${UP}`);
    const gaffer = project.spawn(['start', '-c', 'web=100']);
    await gaffer.stdout.until('spawn process', 10);
    const { code, stdout } = await gaffer.end('SIGINT');
    expect(code).toBe(130);
    const count = (pattern: RegExp): number => stdout.match(pattern)?.length ?? 0;
    expect(count(/\| exit process/g)).toBe(count(/\| spawn process/g));
  });

  test('while a process waits for its next try', async ({ project }) => {
    project.write('Procfile', 'web: exit 1');
    const gaffer = project.spawn(['start']);
    await gaffer.stdout.until('next try in');
    expect((await gaffer.end('SIGINT')).code).toBe(130);
  });
});

describe('on a terminal', () => {
  test('Ctrl-C stops the session, and only gaffer hears of it', async ({ project }) => {
    project.write('Procfile', "web: trap 'echo got INT' INT; trap 'echo got TERM; exit' TERM; echo up; sleep 100 & wait; wait");
    const terminal = project.terminal(['start', '--no-color', '--no-timestamp', '--quiet-events']);
    await terminal.output.until('up');
    terminal.type('\x03');
    expect(await terminal.exit).toEqual({ code: 130, signal: null });
    expect(terminal.text.replace(/\^C\r?/, '')).toBe('web | up\ngaffer | SIGINT: stopping 1 process (Ctrl-C again kills)\nweb | got TERM\n');
  });

  test('Ctrl-\\ stops it too', async ({ project }) => {
    project.write('Procfile', `web: ${UP}`);
    const terminal = project.terminal(['start']);
    await terminal.output.until('up');
    terminal.type('\x1c');
    expect(await terminal.exit).toEqual({ code: 131, signal: null });
  });

  test('Ctrl-C stops it too when its output goes through a program that Ctrl-C ends', async ({ project }) => {
    project.write('Procfile', `web: ${UP}`, `deaf: ${DEAF}`);
    const script = `trap : INT; { trap : INT; node ${GAFFER} start -t 0.2; echo "ended with $?" >&2; } | cat`;
    const terminal = project.terminal(['run', 'sh', '-c', script]);
    await terminal.output.until('up', 2);
    terminal.type('\x03');
    expect(await terminal.exit).toMatchObject({ signal: null });
    expect(terminal.text).toContain('ended with 130\n');
  });

  test('closing it leaves nothing behind', async ({ project }) => {
    project.write('Procfile', `web: ${UP}`, `deaf: trap '' HUP; ${UP}`);
    const terminal = project.terminal(['start']);
    await terminal.output.until('up', 2);
    terminal.close();
    expect(await terminal.exit).toEqual({ code: 129, signal: null });
  });

  test('closing it while much is written leaves nothing behind', async ({ project }) => {
    project.write('Procfile', 'web: yes');
    const terminal = project.terminal(['start', '--no-color']);
    await terminal.output.until(/\| y/, 1000);
    terminal.close();
    expect(await terminal.exit).toEqual({ code: 129, signal: null });
  });

  test('one that is stopped with Ctrl-S does not keep it from ending', async ({ project }) => {
    project.write('Procfile', 'web: yes');
    const terminal = project.terminal(['start', '--no-color']);
    await terminal.output.until(/\| y/, 1000);
    terminal.type('\x13');
    terminal.signal('SIGINT');
    await pressAgain(terminal);
    expect(await terminal.exit).toEqual({ code: 130, signal: null });
  });
});

describe('processes that do not want to end', () => {
  test('one that ignores SIGTERM is killed when its time is over', async ({ project }) => {
    project.write('Procfile', `web: ${DEAF}`);
    const gaffer = project.spawn(['start', '-t', '0.2', '--no-timestamp']);
    await gaffer.stdout.until('up');
    const { code, stdout } = await gaffer.end('SIGINT');
    expect(code).toBe(130);
    expect(stdout).toMatch(/^web \| exit process with pid \d+\nweb \| ended with SIGKILL after [\d.]+s, it had to be killed\n$/m);
  });

  test('a second Ctrl-C kills it at once', async ({ project }) => {
    project.write('Procfile', `web: ${DEAF}`);
    const gaffer = project.spawn(['start', '-t', '1000', '--no-timestamp']);
    await gaffer.stdout.until('up');
    gaffer.signal('SIGINT');
    await gaffer.stdout.until('stopping 1 process');
    await pressAgain(gaffer);
    const { code, stdout } = await gaffer.result();
    expect(code).toBe(130);
    expect(stdout.match(/SIGINT again: killing what is left/g)).toHaveLength(1);
  });

  test('so does a signal of another kind', async ({ project }) => {
    project.write('Procfile', `web: ${DEAF}`);
    const gaffer = project.spawn(['start', '-t', '1000']);
    await gaffer.stdout.until('up');
    gaffer.signal('SIGTERM');
    await gaffer.stdout.until('stopping 1 process');
    await pressAgain(gaffer);
    expect(await gaffer.exit).toEqual({ code: 143, signal: null });
  });

  test('one that is stopped is woken', async ({ project }) => {
    project.write('Procfile', 'web: echo up; kill -STOP $$; exec sleep 100');
    const gaffer = project.spawn(['start', '-t', '1000']);
    await gaffer.stdout.until('up');
    expect((await gaffer.end('SIGINT')).code).toBe(130);
  });

  test.for([
    ['holds the pipe', `sleep 100 & ${UP}`],
    ['ignores signals', `(trap '' TERM INT HUP QUIT; sleep 100) & ${UP}`],
    ['leads a session of its own', `setsid sleep 100 & ${UP}`],
    ['leads a session of its own and ignores signals', `setsid sh -c "trap '' TERM; echo up; while :; do sleep 0.01; done" & exec sleep 100`],
    ['has forked itself away', `setsid sh -c 'setsid sleep 100 & exit' & ${UP}`],
    ['is stopped', `sh -c 'kill -STOP $$; sleep 100' & ${UP}`],
  ] as const)('a grandchild that %s is ended', async ([, command], { project }) => {
    project.write('Procfile', `web: ${command}`);
    const gaffer = project.spawn(['start', '-t', '0.2']);
    await gaffer.stdout.until('up');
    expect((await gaffer.end('SIGINT')).code).toBe(130);
  });

  test('a grandchild that outlives its parent does not keep it from being started again', async ({ project }) => {
    project.write('Procfile', 'web: sleep 100 & echo up $$; sleep 0.1');
    project.write('gaffer.ini', '[process:web]', 'flapping = none', 'graceful_timeout = 0.1');
    const gaffer = project.spawn(['start']);
    await gaffer.stdout.until(/up \d+/, 3);
    expect((await gaffer.end('SIGINT')).code).toBe(130);
  });

  test('nor the session from ending', async ({ project }) => {
    project.write('Procfile', 'web: sleep 100 & echo up');
    expect((await project.run(['start', '--on-exit', 'ignore', '-t', '0.2'])).code).toBe(0);
    expect((await project.run(['start', '--on-exit', 'stop', '-t', '0.2'])).code).toBe(0);
  });
});

describe('a session in a session', () => {
  test('ends with it', async ({ project }) => {
    project.write('Procfile', `web: node ${GAFFER} start -f sub/Procfile -d sub`);
    project.write('sub/Procfile', `inner: ${UP}`);
    const gaffer = project.spawn(['start', '--no-timestamp']);
    await gaffer.stdout.until('up');
    const { code, stdout } = await gaffer.end('SIGINT');
    expect(code).toBe(130);
    expect(stdout).toContain('gaffer | SIGTERM: stopping 1 process\n');
  });

  test('is gone when the outer one is killed', async ({ project }) => {
    project.write('Procfile', `web: node ${GAFFER} start -f sub/Procfile -d sub`);
    project.write('sub/Procfile', `inner: ${DEAF}`);
    const gaffer = project.spawn(['start']);
    await gaffer.stdout.until('up');
    await gaffer.end('SIGKILL');
    expect(await becomes(() => project.processes.length === 0 && project.sessionFiles.length === 0, 10_000)).toBe(true);
  });
});

describe('gaffer killed with SIGKILL', () => {
  test.for([
    ['children', `web: ${UP}`],
    ['children that ignore SIGTERM', `web: ${DEAF}`],
    ['grandchildren', `web: sleep 100 & (trap '' TERM; sleep 100) & ${UP}`],
    ['grandchildren with a session of their own', `web: setsid sleep 100 & setsid sh -c "trap '' TERM; while :; do sleep 0.01; done" & ${UP}`],
    ['stopped children', 'web: echo up; kill -STOP $$; exec sleep 100'],
  ] as const)('leaves no %s, no guard and no folder', async ([, line], { project }) => {
    project.write('Procfile', line);
    const gaffer = project.spawn(['start', '-c', 'web=3']);
    await gaffer.stdout.until('up', 3);
    await gaffer.end('SIGKILL');
    expect(await becomes(() => project.processes.length === 0 && project.sessionFiles.length === 0, 10_000)).toBe(true);
  });

  test('so does one that was just stopping', async ({ project }) => {
    project.write('Procfile', `web: ${DEAF}`);
    const gaffer = project.spawn(['start', '-t', '1000']);
    await gaffer.stdout.until('up');
    gaffer.signal('SIGINT');
    await gaffer.stdout.until('stopping 1 process');
    await gaffer.end('SIGKILL');
    expect(await becomes(() => project.processes.length === 0 && project.sessionFiles.length === 0, 10_000)).toBe(true);
  });

  test('so does one whose guard was killed before: it has a new one', async ({ project }) => {
    project.write('Procfile', `web: ${UP}`);
    const gaffer = project.spawn(['start']);
    await gaffer.stdout.until('up');
    const first = await project.killGuard();
    expect(await becomes(() => project.guards.some((guard) => guard !== first), 10_000)).toBe(true);
    await gaffer.end('SIGKILL');
    expect(await becomes(() => project.processes.length === 0 && project.sessionFiles.length === 0, 10_000)).toBe(true);
  });

  test('a guard does not take the signals of the terminal for its end', async ({ project }) => {
    project.write('Procfile', `web: ${UP}`);
    const terminal = project.terminal(['start']);
    await terminal.output.until('up');
    const guard = await project.guard();
    const { SIGINT, SIGTERM, SIGHUP, SIGQUIT } = constants.signals;
    expect(await becomes(() => ignores(guard, SIGINT, SIGTERM, SIGHUP, SIGQUIT), 10_000)).toBe(true);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
      process.kill(guard, signal);
    }
    expect(childrenOf(terminal.pid)).toContain(guard);
  });
});
