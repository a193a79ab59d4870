import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shellLines } from '../../../src/cli/man/shell-lines.ts';

describe('a command line as lines', () => {
  it.for<[string, string[]]>([
    ['gaffer start web', ['gaffer start web']],
    ['gafferd --daemon --pidfile /run/gafferd.pid --error-log x', ['gafferd --daemon \\', '    --pidfile /run/gafferd.pid \\', '    --error-log x']],
    ["echo 'what is quoted is one' | cat -n", ["echo 'what is quoted is one' | \\", '    cat -n']],
    ['echo "a \\" b  c" some more words here', ['echo "a \\" b  c" some more words \\', '    here']],
    ['gaffer user:add bea -t app --no-input < password', ['gaffer user:add bea -t app \\', '    --no-input < password']],
  ])('%j', ([command, expected]) => {
    expect(shellLines(command, 34)).toEqual(expected);
  });

  it.for([10, 20, 40, 80])('is to a shell the same command (width %i)', (width) => {
    const words = `printf '%s\\n' --one "two  three" 'four "five"' six\\ seven -e eight --nine ten`;
    const said = (script: string): string => execFileSync('sh', ['-c', script], { encoding: 'utf8' });
    expect(said(shellLines(words, width).join('\n'))).toBe(said(words));
  });
});
