import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { becomes, bytesWritten, childrenOf, peakMegabytes } from '../support/processes.ts';
import { pressAgain } from '../support/program.ts';
import { type TestProject, test } from '../support/project.ts';

const ONCE = ['start', '--on-exit', 'ignore', '--no-timestamp', '--quiet-events', '--no-align'] as const;

/** What gaffer writes into a pipe when these processes run once. */
async function outputOf(project: TestProject, ...procfile: readonly string[]): Promise<Buffer> {
  project.write('Procfile', ...procfile);
  const { code, bytes, stderr } = await project.run(ONCE);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return bytes;
}

/** The same into a file. */
async function fileOf(project: TestProject, ...procfile: readonly string[]): Promise<Buffer> {
  project.write('Procfile', ...procfile);
  const file = join(project.root, 'out.txt');
  const fd = openSync(file, 'w');
  const gaffer = project.spawn(ONCE, { stdout: fd });
  closeSync(fd);
  await gaffer.exit;
  return readFileSync(file);
}

/** Compares without printing megabytes when they differ. */
function expectSame(actual: Buffer, expected: Buffer): void {
  if (!actual.equals(expected)) {
    const at = actual.findIndex((byte, index) => byte !== expected[index]);
    const around = (bytes: Buffer): string => JSON.stringify(bytes.subarray(Math.max(0, at - 40), at + 40).toString('latin1'));
    expect.fail(`expected ${expected.length} bytes, got ${actual.length}; they differ at ${at}: expected ${around(expected)}, got ${around(actual)}`);
  }
}

describe('every byte comes out, in whole lines', () => {
  test.for([
    ['bytes that are no UTF-8', String.raw`printf 'a\377\376 \303\nb\303'`, 'a\xff\xfe \xc3\nb\xc3'],
    ['UTF-8 in pieces', String.raw`printf '\342\202'; sleep 0.05; printf '\254\n'`, '\xe2\x82\xac'],
    ['NUL', String.raw`printf 'a\000b\n\000\n'`, 'a\0b\n\0'],
    ['only CR', String.raw`printf '10%%\r20%%\r'; sleep 0.05; printf '100%%\r'`, '10%\r20%\r100%\r'],
    ['CR LF', String.raw`printf 'a\r\nb\r\n'`, 'a\r\nb\r'],
    ['a last line without an end', `printf 'one\\ntwo'`, 'one\ntwo'],
    ['a line in pieces', `printf on; sleep 0.05; printf e; sleep 0.05; echo`, 'one'],
    ['three blank lines', String.raw`printf 'a\n\n\n\nb\n'`, 'a\n\n\n\nb'],
    ['blanks around', String.raw`printf '  a\t \n \n'`, '  a\t \n '],
    ['stdout and stderr in their order', 'for i in 1 2 3; do echo out $i; echo err $i >&2; done', 'out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3'],
    [
      'what is written to /dev/stdout and /dev/stderr',
      'echo a; echo b > /dev/stdout; echo c > /dev/stderr; echo d | tee /dev/stderr > /dev/null',
      'a\nb\nc\nd',
    ],
    ['what a grandchild writes at the end', '(sleep 0.05; echo late) & echo soon; wait', 'soon\nlate'],
  ] as const)('%s', async ([, command, text], { project }) => {
    const lines = text.split('\n').map((line) => `web | ${line}\n`);
    expectSame(await outputOf(project, `web: ${command}`), Buffer.from(lines.join(''), 'latin1'));
  });

  test.for([1, 8])('a line of %i MB', async (megabytes, { project }) => {
    const size = megabytes * 1024 * 1024;
    const output = await outputOf(project, `web: head -c ${size} /dev/zero | tr '\\0' x; echo; echo next`);
    expectSame(output, Buffer.from(`web | ${'x'.repeat(size)}\nweb | next\n`));
  });

  test('a line of 20 MB is split once, and gaffer says so', async ({ project }) => {
    const size = 20 * 1024 * 1024;
    const lines = (await outputOf(project, `web: head -c ${size} /dev/zero | tr '\\0' x; echo`)).toString('latin1').split('\n');
    expect(lines).toHaveLength(4);
    expect(lines.filter((line) => !/^web \| x+$/.test(line))).toEqual(['web | a line of more than 16 MiB was split', '']);
    expect(lines.join('').replaceAll(/[^x]/g, '').length).toBe(size);
  });

  test('with --raw nothing else', async ({ project }) => {
    project.write('Procfile', String.raw`web: printf '\033[31ma\377\r\n\n\000b'`);
    expect((await project.run(['start', '--on-exit', 'ignore', '--raw'])).bytes.toString('latin1')).toBe('\x1b[31ma\xff\r\x1b[0m\n\n\0b\n');
  });

  test('half lines of three programs at once are not mixed', async ({ project }) => {
    const command = (letter: string): string =>
      `${letter}: for i in 1 2 3 4 5 6 7 8 9; do printf ${letter}; sleep 0.0$i; printf '${letter}\\n'; done`;
    const output = await outputOf(project, command('a'), command('b'), command('c'));
    const expected = ['a', 'b', 'c'].flatMap((letter) => Array.from({ length: 9 }, () => `${letter} | ${letter}${letter}`));
    expect(output.toString().trimEnd().split('\n').toSorted()).toEqual(expected);
  });

  test('200 000 lines of a program that dies, into a pipe and into a file', async ({ project }) => {
    const expected = Buffer.from(Array.from({ length: 200_000 }, (_, index) => `web | line ${index + 1}\n`).join(''));
    project.write('Procfile', "web: seq -f 'line %.0f' 1 200000; kill -9 $$");
    const { code, bytes } = await project.run([...ONCE]);
    expect(code).toBe(1);
    expectSame(bytes.subarray(0, expected.length), expected);
    expect(bytes.subarray(expected.length).toString()).toMatch(/^web \| ended with SIGKILL after [\d.]+s\n$/);
    const file = await fileOf(project, "web: seq -f 'line %.0f' 1 200000; kill -9 $$");
    expectSame(file.subarray(0, expected.length), expected);
  });

  test('of four programs at once each line whole, each in its order', async ({ project }) => {
    const names = ['a', 'b', 'c', 'd'];
    const output = await outputOf(project, ...names.map((name) => `${name}: seq -f '${name} %.0f' 1 50000`));
    const lines = output.toString().trimEnd().split('\n');
    for (const name of names) {
      const own = lines.filter((line) => line.startsWith(`${name} |`));
      expectSame(Buffer.from(own.join('\n')), Buffer.from(Array.from({ length: 50_000 }, (_, index) => `${name} | ${name} ${index + 1}`).join('\n')));
    }
    expect(lines).toHaveLength(200_000);
  });

  test('what was written before a crash comes before what is written after the restart', async ({ project }) => {
    project.write(
      'Procfile',
      'web: seq -f "$(cat run) %.0f" 1 20000; echo second > run; [ "$(cat again)" ] && exec sleep 100; echo x > again; kill -9 $$',
    );
    project.write('run', 'first');
    project.write('again');
    const gaffer = project.spawn(['start', '--raw']);
    await gaffer.stdout.until(/^second 20000$/);
    const { stdout } = await gaffer.end('SIGTERM');
    const numbers = Array.from({ length: 20_000 }, (_, index) => index + 1);
    expectSame(Buffer.from(stdout), Buffer.from(['first', 'second'].flatMap((run) => numbers.map((n) => `${run} ${n}\n`)).join('')));
  });
});

describe('colours of children', () => {
  test('one that is left open ends with its line', async ({ project }) => {
    const output = await outputOf(project, String.raw`web: printf '\033[31mred\nplain\n\033[1mbold\033[0m\n\033[4mno end'`);
    expect(output.toString()).toBe('web | \x1b[31mred\x1b[0m\nweb | plain\nweb | \x1b[1mbold\x1b[0m\nweb | \x1b[4mno end\x1b[0m\n');
  });

  test('on a terminal too', async ({ project }) => {
    project.write('Procfile', String.raw`web: printf '\033[31mred\nplain\n'`);
    const terminal = project.terminal([...ONCE, '--no-color']);
    await terminal.exit;
    expect(terminal.text).toBe('web | \x1b[31mred\x1b[0m\nweb | plain\n');
  });
});

describe('on a terminal', () => {
  test('a prompt is shown though its line has no end, and the next line of another does not stand behind it', async ({ project }) => {
    project.write(
      'Procfile',
      "web: printf 'Password: '; while ! [ -e go ]; do sleep 0.01; done; echo secret",
      'other: while ! [ -e say ]; do sleep 0.01; done; echo hello',
    );
    const terminal = project.terminal([...ONCE, '--no-color']);
    await terminal.output.until(/^web \| Password: $/);
    project.write('say');
    await terminal.output.until('hello');
    project.write('go');
    await terminal.exit;
    expect(terminal.text).toBe('web | Password: \nother | hello\nweb | secret\n');
  });

  test('an answer stands behind its prompt', async ({ project }) => {
    project.write('Procfile', "web: printf 'Password: '; while ! [ -e go ]; do sleep 0.01; done; echo secret");
    const terminal = project.terminal([...ONCE, '--no-color']);
    await terminal.output.until('Password: ');
    project.write('go');
    await terminal.exit;
    expect(terminal.text).toBe('web | Password: secret\n');
  });

  test('a progress bar is shown as it grows, behind its name', async ({ project }) => {
    project.write('Procfile', String.raw`web: for i in 1 2 3; do printf "$i of 3\r"; while ! [ -e $i ]; do sleep 0.01; done; done; echo done`);
    const terminal = project.terminal([...ONCE, '--no-color']);
    for (const step of ['1', '2', '3']) {
      await terminal.output.until(`${step} of 3`);
      project.write(step);
    }
    await terminal.exit;
    expect(terminal.text).toBe('web | 1 of 3\rweb | 2 of 3\rweb | 3 of 3\rweb | done\n');
  });

  test('200 000 lines arrive in full', async ({ project }) => {
    project.write('Procfile', "web: seq -f 'line %.0f' 1 200000");
    const terminal = project.terminal([...ONCE, '--no-color']);
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expectSame(Buffer.from(terminal.text), Buffer.from(Array.from({ length: 200_000 }, (_, index) => `web | line ${index + 1}\n`).join('')));
  });
});

describe('a reader', () => {
  test('that stops makes the program wait, takes no memory, and loses nothing when it goes on', async ({ project }) => {
    const count = 300_000;
    project.write('Procfile', `web: seq -f '%0100.0f' 1 ${count}`);
    const gaffer = project.spawn(['start', '--on-exit', 'ignore', '--raw']);
    gaffer.stopReading();
    expect(await becomes(() => childrenOf(gaffer.pid).some((pid) => bytesWritten(pid) > 500_000), 10_000)).toBe(true);
    const seq = childrenOf(gaffer.pid).find((pid) => bytesWritten(pid) > 500_000) ?? 0;
    let before = 0;
    let still = 0;
    // when it has not come further ten times in a row it waits
    await becomes(() => {
      still = bytesWritten(seq) === before ? still + 1 : 0;
      before = bytesWritten(seq);
      return still > 40;
    }, 10_000);
    expect(before).toBeLessThan(count * 101 * 0.5);
    expect(peakMegabytes(gaffer.pid)).toBeLessThan(150);
    gaffer.readOn();
    const { code, bytes } = await gaffer.result();
    expect(code).toBe(0);
    expectSame(bytes, Buffer.from(Array.from({ length: count }, (_, index) => `${String(index + 1).padStart(100, '0')}\n`).join('')));
  });

  test('that stops does not keep Ctrl-C from ending it, the second time at once', async ({ project }) => {
    project.write('Procfile', `web: yes ${'y'.repeat(100)}`);
    const gaffer = project.spawn(['start']);
    gaffer.stopReading();
    expect(await becomes(() => childrenOf(gaffer.pid).some((pid) => bytesWritten(pid) > 500_000), 10_000)).toBe(true);
    gaffer.signal('SIGINT');
    expect(await becomes(() => project.processes.every(({ command }) => !command.startsWith('yes')), 10_000)).toBe(true);
    expect(gaffer.hasEnded).toBe(false);
    await pressAgain(gaffer);
    expect(await gaffer.exit).toEqual({ code: 130, signal: null });
    gaffer.readOn();
  });

  test('that closes the pipe ends the session quietly', async ({ project }) => {
    project.write('Procfile', 'web: while :; do echo line; sleep 0.01; done', 'worker: exec sleep 100');
    const gaffer = project.spawn(['start']);
    await gaffer.stdout.until('line');
    gaffer.closeStdout();
    expect(await gaffer.exit).toEqual({ code: 0, signal: null });
    expect(gaffer.stderr.text).toBe('');
  });

  test('like head -1 ends the session quietly', async ({ project }) => {
    project.write('Procfile', 'web: while :; do echo line; sleep 0.01; done', "deaf: trap '' TERM; while :; do sleep 0.01; done");
    const bin = join(import.meta.dirname, '../../bin/gaffer.js');
    const script = `{ node ${bin} start -t 0.1 --quiet-events --no-timestamp; echo "ended with $?" >&2; } | head -1`;
    expect(await project.run(['run', 'sh', '-c', script])).toMatchObject({ code: 0, stdout: 'web  | line\n', stderr: 'ended with 0\n' });
  });
});

describe('a full device', () => {
  test('is told of once, and Ctrl-C ends it', async ({ project }) => {
    project.write('Procfile', 'web: while :; do echo line; sleep 0.01; done');
    const full = openSync('/dev/full', 'w');
    const gaffer = project.spawn(['start'], { stdout: full });
    closeSync(full);
    await gaffer.stderr.until('output waits for room');
    const { code, stderr } = await gaffer.end('SIGINT');
    expect(code).toBe(130);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^gaffer: output waits for room: ENOSPC/),
      expect.stringMatching(/^gaffer: the last output is lost: ENOSPC/),
      '',
    ]);
  });

  test('that gets room again loses nothing', async ({ project, skip }) => {
    const disk = join(project.root, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      skip('mounting needs root');
    }
    try {
      writeFileSync(join(disk, 'filler'), Buffer.alloc(900 * 1024));
      project.write('Procfile', "web: seq -f '%0100.0f' 1 5000");
      const out = openSync(join(disk, 'out.txt'), 'w');
      const gaffer = project.spawn(['start', '--on-exit', 'ignore', '--raw'], { stdout: out });
      closeSync(out);
      await gaffer.stderr.until('output waits for room');
      rmSync(join(disk, 'filler'));
      expect(await gaffer.exit).toEqual({ code: 0, signal: null });
      const expected = Array.from({ length: 5000 }, (_, index) => `${String(index + 1).padStart(100, '0')}\n`);
      expectSame(readFileSync(join(disk, 'out.txt')), Buffer.from(expected.join('')));
      expect(gaffer.stderr.text).toMatch(/^gaffer: output waits for room: ENOSPC.*\n$/);
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });
});
