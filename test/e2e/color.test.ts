import { describe, expect } from 'vitest';
import { test } from '../support/project.ts';

const ONCE = ['start', '--on-exit', 'ignore', '--no-timestamp', '--quiet-events'] as const;

/** The environment, the flags, and what is expected of a pipe and of a terminal: colour or none. */
const CASES = [
  [{}, [], false, true],
  [{ NO_COLOR: '1' }, [], false, false],
  [{ NO_COLOR: '' }, [], false, true],
  [{ TERM: 'dumb' }, [], false, false],
  [{ FORCE_COLOR: '1' }, [], true, true],
  [{ FORCE_COLOR: '' }, [], true, true],
  [{ FORCE_COLOR: '0' }, [], false, false],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, [], true, true],
  [{ FORCE_COLOR: '1', TERM: 'dumb' }, [], true, true],
  [{}, ['--color'], true, true],
  [{}, ['--no-color'], false, false],
  [{ NO_COLOR: '1' }, ['--color'], true, true],
  [{ TERM: 'dumb' }, ['--color'], true, true],
  [{ FORCE_COLOR: '1' }, ['--no-color'], false, false],
] as const;

describe('colour', () => {
  test.for(CASES)('with %j and %j: in a pipe %s, on a terminal %s', async ([env, flags, inPipe, onTerminal], { project }) => {
    project.write('Procfile', 'web: echo hello');
    const shown = (color: boolean): string => (color ? '\x1b[36mweb |\x1b[39m hello\n' : 'web | hello\n');
    expect((await project.run([...ONCE, ...flags], { env })).stdout).toBe(shown(inPipe));
    const terminal = project.terminal([...ONCE, ...flags], { env });
    await terminal.exit;
    expect(terminal.text).toBe(shown(onTerminal));
  });

  test('each job has one of its own, gaffer too', async ({ project }) => {
    project.write('Procfile', 'web: echo a; echo b', 'worker: exec sleep 100');
    const gaffer = project.spawn(['start', '--no-timestamp', '--color', '--on-exit', 'ignore']);
    await gaffer.stdout.until('exit process');
    const { stdout } = await gaffer.end('SIGINT');
    const colors = new Map(Array.from(stdout.matchAll(/^(\x1b\[\d+m)(\w+) +\|\x1b\[39m [^\x1b]*$/gm), ([, color, name]) => [name, color]));
    expect([...colors.keys()].toSorted()).toEqual(['gaffer', 'web', 'worker']);
    expect(new Set(colors.values()).size).toBe(3);
  });
});

describe('what children are told of colour', () => {
  const print = 'web: echo "${FORCE_COLOR-unset} ${CLICOLOR_FORCE-unset} ${NO_COLOR-unset}"';

  test.for([
    [{}, [], '', 'unset unset unset'],
    [{}, ['--color'], '', '1 1 unset'],
    [{}, ['--no-color'], '', 'unset unset unset'],
    [{ FORCE_COLOR: '3' }, [], '', '3 unset unset'],
    [{ NO_COLOR: '1' }, ['--color'], '', 'unset unset 1'],
    [{}, ['--color'], 'FORCE_COLOR=0', '0 1 unset'],
    [{}, ['--color'], 'NO_COLOR=1', '1 1 1'],
  ] as const)('with %j, %j and .env "%s": %s', async ([env, flags, file, told], { project }) => {
    project.write('Procfile', print);
    project.write('.env', file);
    expect((await project.run([...ONCE, '--raw', ...flags], { env })).stdout).toBe(`${told}\n`);
  });

  test('on a terminal they are told to use it', async ({ project }) => {
    project.write('Procfile', print);
    const terminal = project.terminal([...ONCE, '--raw']);
    await terminal.exit;
    expect(terminal.text).toBe('1 1 unset\n');
  });
});
