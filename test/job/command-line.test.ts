import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandLine, parseCommandLine } from '../../src/job/command-line.ts';

describe('a command line without shell syntax is executed directly', () => {
  it.each([
    ['node app.js', ['node', 'app.js']],
    ['  node   app.js  ', ['node', 'app.js']],
    ['node\tapp.js', ['node', 'app.js']],
    [`show 'one two' "three four"`, ['show', 'one two', 'three four']],
    [`show it\\'s "it's" 'say "hi"'`, ['show', "it's", "it's", 'say "hi"']],
    [`show ""`, ['show', '']],
    [`show ''x""`, ['show', 'x']],
    [String.raw`show "a\"b\\c\$d"`, ['show', 'a"b\\c$d']],
    [String.raw`show "a\nb" '\n'`, ['show', String.raw`a\nb`, String.raw`\n`]],
    [String.raw`show a\ b \$HOME \*`, ['show', 'a b', '$HOME', '*']],
    [`show '$HOME' '*' '~'`, ['show', '$HOME', '*', '~']],
    ['show a=b c#d e~f', ['show', 'a=b', 'c#d', 'e~f']],
    ['./bin/rails server -p 3000', ['./bin/rails', 'server', '-p', '3000']],
    [`'A=1' x`, ['A=1', 'x']],
    ['show a\u00a0b', ['show', 'a\u00a0b']],
  ])('%j', (text, words) => {
    expect(parseCommandLine(text)).toEqual({ kind: 'direct', words });
  });
});

describe('a single program that needs the shell only at the start is put behind exec', () => {
  it.each([
    ['show $PORT', 'exec show $PORT'],
    ['show "$PORT"', 'exec show "$PORT"'],
    ['show *.txt ~', 'exec show *.txt ~'],
    ['A=1 show', 'A=1 exec show'],
    ['A=1 B="x y" show b', 'A=1 B="x y" exec show b'],
    ['show >out.log 2>&1', 'exec show >out.log 2>&1'],
    ['$HOME/bin/show x', 'exec $HOME/bin/show x'],
  ])('%j becomes %j', (text, script) => {
    expect(parseCommandLine(text)).toMatchObject({ kind: 'shell', script });
  });

  it('tells which variables it needs when they are all that needs a shell', () => {
    expect(parseCommandLine('show --port $PORT "${A}" $5')).not.toHaveProperty('template');
    expect(parseCommandLine('show --port $PORT "x ${A}" \'$5\'')).toMatchObject({
      template: { words: ['show', '--port', '$PORT', 'x ${A}', '$$5'], variables: ['PORT', 'A'] },
    });
  });
});

describe('everything else is left to the shell as it is', () => {
  it.each([
    'a && b',
    'a || b',
    'a | b',
    'a; b',
    'a &',
    '(a)',
    'echo hi',
    'cd x && show',
    'exec show x',
    'if true; then show; fi',
    'show $(date)',
    'show `date`',
    'show "$(date)"',
    'show # web',
    '# web',
    'A=1',
    '$CMD x',
    '>out show',
    '2>/dev/null A=1 show',
    'A=1> out show',
    '2>/dev/null cd x',
    'show <<EOF',
    `show "open`,
    `show 'open`,
    'show \\',
    '',
  ])('%j', (script) => {
    expect(parseCommandLine(script)).toEqual({ kind: 'shell', script });
  });
});

describe('what is executed is what the shell would have made of it', () => {
  let folder: string;
  let env: Record<string, string>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gaffer-command-'));
    mkdirSync(join(folder, 'sub'));
    mkdirSync(join(folder, 'home'));
    writeFileSync(join(folder, 'one.txt'), '1\n');
    writeFileSync(join(folder, 'two words.txt'), '2\n');
    const show = join(folder, 'show');
    writeFileSync(show, '#!/bin/sh\nprintf "%s:" "$PWD" "$A"\nfor arg in "$@"; do printf "<%s>" "$arg"; done\necho\nexit 3\n');
    chmodSync(show, 0o755);
    env = { PATH: `${folder}:/usr/bin:/bin`, HOME: join(folder, 'home'), PORT: '5000', TWO: 'x y', CMD: 'show z', A: 'outer' };
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function run(program: string, args: readonly string[]): { readonly output: string; readonly status: number | null } {
    const result = spawnSync(program, args, { cwd: folder, env: { ...env, PWD: folder }, encoding: 'utf8' });
    return result.error === undefined ? { output: result.stdout, status: result.status } : { output: '', status: 127 };
  }

  function runLine(line: CommandLine): ReturnType<typeof run> {
    return line.kind === 'shell' ? run('/bin/sh', ['-c', line.script]) : run(line.words[0] ?? '', line.words.slice(1));
  }

  it.each([
    'show one two',
    'show  one\ttwo ',
    `show 'a  b' "c  d" e\\ f`,
    `show "" '' x`,
    `show it\\'s "it's" 'say "hi"'`,
    String.raw`show "a\nb" 'a\nb' a\nb`,
    String.raw`show "\"\\\$\x" '\"'`,
    'show a=b c#d e~f g:h',
    'show $PORT "$PORT" \'$PORT\' ${PORT}x',
    'show $TWO "$TWO"',
    'show ${UNSET:-"a b"} "${UNSET:-a b}" ${UNSET}',
    'show ~ ~/x "~" a~ --dir=~/x',
    'show *.txt "*.txt" \\*.txt [o]ne.txt none*',
    'show {a,b}',
    'A=1 show x',
    'A="1 2" show $A',
    'A=1 B=$PORT show $B',
    'A=1',
    'A=1 && show $A',
    '2>/dev/null A=1 show x',
    'A=1> out.log show x',
    'A=1>out.log show x',
    '2>/dev/null cd sub',
    '>/dev/null show x',
    'show x >out.log; cat out.log',
    'show x 2>&1',
    'show x 2>/dev/null',
    'cat < one.txt',
    'show x | cat',
    'show x && show y',
    'show x || show y',
    'show x; show y',
    'cd sub && show x',
    'cd sub; show x',
    'exec show x',
    'exec 2>/dev/null; show x',
    'echo "a\\nb"',
    "echo -n 'x'",
    'printf "%s\\n" a b',
    'true',
    'test -f one.txt',
    '[ -f none.txt ]',
    '! show x',
    'if true; then show x; fi',
    'for i in 1 2; do show $i; done',
    '(show x)',
    '{ show x; }',
    'show $(echo a b) "$(echo a b)"',
    'show `echo a b`',
    'show $((1 + 2))',
    'show x # web',
    'show x#web',
    '# web',
    'show x &',
    'show x & wait',
    '$CMD x',
    './show x',
    '$PWD/show x',
    '"show" x',
    `'sh'ow x`,
    'show a\u00a0b',
    'show a\u2003b',
    'show !x %y @z ^w +v ,u',
    'show "open',
    "show 'open",
    'show x \\',
    'show x;',
    'nonexistent-program x',
    '"A=1" x',
    'sh -c "show \\$0 \\$1" a b',
    "sh -c 'show $PORT; exit 4'",
    'env A=2 show',
  ])('%s', (text) => {
    expect(runLine(parseCommandLine(text))).toEqual(run('/bin/sh', ['-c', text]));
  });
});
