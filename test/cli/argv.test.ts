import { describe, expect, it } from 'vitest';
import { arrangeArgv } from '../../src/cli/argv.ts';
import { COMMANDS } from '../../src/cli/gaffer/main.ts';

const rules = { commands: COMMANDS, passOn: ['run', 'dev:run'] };

describe('a command line', () => {
  it.each([
    ['', ''],
    ['--help', '--help'],
    ['start', 'start'],
    ['start web -c web=2', 'start web -c web=2'],
    ['-f Procfile.dev start web', 'start -f Procfile.dev web'],
    ['--procfile=Procfile.dev --no-port start', 'start --procfile=Procfile.dev --no-port'],
    ['-c web=2 -p 80 start -x worker', 'start -c web=2 -p 80 -x worker'],
    ['-p80 start', 'start -p80'],
    ['-f start start', 'start -f start'],
    ['-h start', 'start -h'],
    ['-f --nope start', 'start -f --nope'],
    ['dev:start web', 'dev:start web'],
    ['dev start web', 'dev:start web'],
    ['-f P dev start', 'dev:start -f P'],
    ['check', 'check'],
    ['run', 'run'],
    ['run ls', 'run -- ls'],
    ['run ls -la --color', 'run -- ls -la --color'],
    ['run -- ls -la', 'run -- ls -la'],
    ['run -e x.env ls -e y', 'run -e x.env -- ls -e y'],
    ['-e x.env run ls', 'run -e x.env -- ls'],
    ['run --no-port web', 'run --no-port -- web'],
    ['run -e', 'run -e'],
    ['run --help', 'run --help'],
    ['run ls --help', 'run -- ls --help'],
    ['run - x', 'run -- - x'],
    ['dev run ls -la', 'dev:run -- ls -la'],
  ])('"%s" becomes "%s"', (typed, arranged) => {
    const words = (line: string): string[] => line.split(' ').filter((word) => word !== '');
    expect(arrangeArgv(words(typed), rules)).toEqual(words(arranged));
  });

  it.each([
    ['strat', 'expected a command, got "strat"; did you mean "start"?'],
    ['-- start', 'expected a command, got "--"'],
    ['-f', 'expected a command behind the options, got none'],
    ['-f Procfile', 'expected a command behind the options, got none'],
    ['--nope start', 'unknown option --nope (gaffer start --help'],
  ])('"%s" is refused', (typed, message) => {
    expect(() => arrangeArgv(typed.split(' '), rules)).toThrow(message);
  });
});
