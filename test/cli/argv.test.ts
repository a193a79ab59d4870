import { describe, expect, it } from 'vitest';
import { arrangeArgv } from '../../src/cli/argv.ts';
import { COMMANDS, RULES } from '../../src/cli/gaffer/main.ts';

const rules = { commands: COMMANDS, ...RULES };

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
    ['ps', 'ps'],
    ['ps shop', 'ps shop'],
    ['ps scale web=2', 'ps:scale web=2'],
    ['ps:scale web=2', 'ps:scale web=2'],
    ['-g http://x ps info web', 'ps:info -g http://x web'],
    ['-f P ps', 'ps -f P'],
    ['logs -f web', 'logs -f web'],
    ['-f P logs -f', 'logs --procfile P -f'],
    ['-fP -d D logs', 'logs --procfile=P -d D'],
    ['-f=P logs', 'logs --procfile=P'],
    ['-p 80 commit web -p A=1', 'commit --port 80 web -p A=1'],
    ['run --on-node web -p A=1', 'commit --on-node web -p A=1'],
    ['run -g http://x web', 'commit -g http://x web'],
    ['run --endpoint=http://x web', 'commit --endpoint=http://x web'],
    ['-g http://x run web --json', 'commit -g http://x web --json'],
    ['run ls -g x', 'run -- ls -g x'],
    ['run -- ls --on-node', 'run -- ls --on-node'],
  ])('"%s" becomes "%s"', (typed, arranged) => {
    const words = (line: string): string[] => line.split(' ').filter((word) => word !== '');
    expect(arrangeArgv(words(typed), rules)).toEqual(words(arranged));
  });

  it.each([
    ['strat', 'expected a command, got "strat"; did you mean "start"?'],
    ['ps:strat', 'expected a command, got "ps:strat"; did you mean "ps:start"?'],
    ['dev strat', 'expected a command, got "dev strat"; did you mean "dev:start"?'],
    ['certs', 'expected a command, got "certs"; there is certs:create'],
    ['certs creat x', 'expected a command, got "certs creat"; did you mean "certs:create"?'],
    ['certs list', 'expected a command, got "certs list"; there is certs:create'],
    ['certs --out x', 'expected a command, got "certs"; there is certs:create'],
    ['complet', 'expected a command, got "complet"; did you mean "completion"?'],
    ['-- start', 'expected a command, got "--"'],
    ['-f', 'expected a command behind the options, got none'],
    ['-f Procfile', 'expected a command behind the options, got none'],
    ['--nonsense start', 'unknown option --nonsense (gaffer start --help'],
  ])('"%s" is refused', (typed, message) => {
    expect(() => arrangeArgv(typed.split(' '), rules)).toThrow(message);
  });
});
