import { describe, expect } from 'vitest';
import { test } from '../support/commands.ts';
import { Proxy } from '../support/proxy.ts';

const ECHO = { cmd: 'echo ready; while read -r line; do echo "got $line"; done; echo over; exec sleep 1000', redirect_input: true };

/** What is said first. */
const GREETING = 'gaffer: attached to web.1 (pid 1); Ctrl-] or Ctrl-C leaves, web.1 goes on\n';

describe('gaffer attach on a terminal', () => {
  test('shows the last lines and what follows, sends typed lines, and leaves with its key', async ({ rig }) => {
    await rig.load('web', ECHO);
    await rig.written('web', 'ready');
    const terminal = rig.terminal(['attach', 'web.1']);
    await terminal.output.until('ready');
    terminal.type('hello wrold\x17world\r');
    await terminal.output.until('got hello world');
    terminal.type('\x1d');
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(terminal.text.startsWith(`${GREETING}ready\n`)).toBe(true);
    expect(terminal.text.endsWith('got hello world\ngaffer: left web.1, which goes on\n')).toBe(true);
    expect(await rig.api.supervisor.pids()).toEqual([1]);
  });

  test.for([
    ['Ctrl-C', '\x03', []],
    ['Ctrl-D in an empty line', '\x04', []],
    ['another key', '\x11', ['--detach-key', 'ctrl-q']],
  ] as const)('is left with %s, and the process reads on', async ([, key, more], { rig }) => {
    await rig.load('web', ECHO);
    const terminal = rig.terminal(['attach', 'web', ...more]);
    await terminal.output.until('ready');
    terminal.type(key);
    expect((await terminal.exit).code).toBe(0);
    await rig.run(['send', 'web', 'later']);
    await rig.written('web', 'got later');
  });

  test('says when there is nothing to type to, and is left in the same way', async ({ rig }) => {
    await rig.load('web', { cmd: 'while :; do echo tick; sleep 0.05; done' });
    const terminal = rig.terminal(['attach', 'web']);
    await terminal.output.until('tick', 2);
    terminal.type('secret\r');
    await terminal.output.until('tick', (terminal.text.match(/tick/g)?.length ?? 0) + 2);
    terminal.type('\x1d');
    expect((await terminal.exit).code).toBe(0);
    expect(terminal.text).toContain('attached to web.1 (pid 1), which has no stdin (redirect_input): it can only be watched; Ctrl-]');
    expect(terminal.text).not.toContain('secret');
  });

  test('closes the stdin of the process with Ctrl-D when it is told to', async ({ rig }) => {
    await rig.load('web', ECHO);
    const terminal = rig.terminal(['attach', 'web', '--eof']);
    await terminal.output.until('ready');
    terminal.type('one\r\x04');
    await terminal.output.until('over');
    terminal.type('\x03');
    expect((await terminal.exit).code).toBe(0);
    expect(terminal.text).toContain('got one\nover\n');
  });

  test('goes on after Ctrl-Z where nobody could continue it, and ends with a signal', async ({ rig }) => {
    await rig.load('web', ECHO);
    const terminal = rig.terminal(['attach', 'web']);
    await terminal.output.until('ready');
    terminal.type('\x1ahello\r');
    await terminal.output.until('got hello');
    terminal.signal('SIGTERM');
    expect((await terminal.exit).code).toBe(143);
  });
});

describe('gaffer attach through pipes', () => {
  test('sends all that is piped in, byte by byte, and goes on showing what comes', async ({ rig }) => {
    const size = 3_000_000;
    await rig.load('web', { cmd: 'head -c 3000005 | sha256sum; cat', redirect_input: true });
    const bytes = Buffer.alloc(size, 'abc\n\0\xff', 'latin1');
    const gaffer = rig.spawn(['attach', 'web'], { keepsInput: true });
    gaffer.write(bytes);
    gaffer.write('12345');
    await gaffer.stdout.until(/[0-9a-f]{64} {2}-\n/);
    gaffer.write('\0end');
    await gaffer.stdout.until('end');
    gaffer.endInput();
    await rig.run(['send', 'web', 'still']);
    await gaffer.stdout.until('still');
    const { code, bytes: shown, stderr } = await gaffer.end('SIGINT');
    const { createHash } = await import('node:crypto');
    const hash = createHash('sha256').update(bytes).update('12345').digest('hex');
    expect(shown.toString('latin1')).toBe(`${hash}  -\n\0endstill\n`);
    expect(code).toBe(130);
    expect(stderr).toBe('gaffer: attached to web.1 (pid 1); Ctrl-C leaves, web.1 goes on\n');
  });

  test('--eof closes the stdin of the process behind it, and its exit code is the end', async ({ rig }) => {
    await rig.load('web', { cmd: 'wc -l; exit 3', redirect_input: true, on_exit: 'ignore' });
    expect(await rig.run(['attach', 'web', '--eof'], { input: 'a\nb\n' })).toMatchObject({ code: 3, stdout: '2\n' });
  });

  test.for([
    ['exit 7', 7],
    ['kill -9 $$', 137],
    ['exit 0', 0],
  ] as const)('ends as the process does: %s', async ([end, code], { rig }) => {
    await rig.load('web', { cmd: `read -r line; echo last words; ${end}`, redirect_input: true, on_exit: 'ignore' });
    expect(await rig.run(['attach', 'web'], { input: 'go\n' })).toMatchObject({ code, stdout: 'last words\n' });
  });

  test('shows stdout on stdout and stderr on stderr, with the last lines of both', async ({ rig }) => {
    await rig.load('web', {
      cmd: 'for i in 1 2 3; do echo out $i; read -r go; echo err $i >&2; read -r go; done; echo out 4; echo err 4 >&2; exit 0',
      redirect_input: true,
      on_exit: 'ignore',
    });
    const stdin = await rig.api.supervisor.stream(1, 'stdin');
    for (const line of ['out 1', 'err 1', 'out 2', 'err 2', 'out 3']) {
      await rig.written('web', line); // they come through two pipes
      await stdin.write('go\n');
    }
    await rig.written('web', 'err 3');
    const { stdout, stderr } = await rig.run(['attach', 'web', '--tail', '3'], { input: 'go\n' });
    expect(stdout).toBe('out 3\nout 4\n');
    expect(stderr).toBe('gaffer: attached to web.1 (pid 1); Ctrl-C leaves, web.1 goes on\nerr 2\nerr 3\nerr 4\n');
  });

  test('can be told to send nothing, and to show nothing that was', async ({ rig }) => {
    await rig.load('web', ECHO);
    await rig.written('web', 'ready');
    const proxy = await Proxy.open(rig.api.port);
    const gaffer = rig.spawn(['attach', 'web', '--no-stdin', '--tail', '0'], { input: 'unwanted\n', env: { GAFFER_ENDPOINT: proxy.url } });
    await expect.poll(() => proxy.paths.filter((path) => path.startsWith('/streams'))).toHaveLength(2);
    await rig.run(['send', 'web', 'wanted']);
    await gaffer.stdout.until('wanted');
    expect(await gaffer.end('SIGINT')).toMatchObject({ code: 130, stdout: 'got wanted\n' });
  });

  test('waits for a slow reader when the process has ended', async ({ rig }) => {
    await rig.load('web', { cmd: 'read -r go; head -c 1000000 /dev/zero; exit 6', redirect_input: true, on_exit: 'ignore' });
    const gaffer = rig.spawn(['attach', 'web'], { keepsInput: true });
    await gaffer.stderr.until('attached');
    gaffer.stopReading();
    gaffer.write('go\n');
    await expect.poll(() => rig.api.supervisor.pids()).toEqual([]);
    gaffer.readOn();
    const { code, bytes } = await gaffer.result();
    expect([code, bytes.length]).toEqual([6, 1_000_000]);
  });

  test('says when the process reads no more', async ({ rig }) => {
    await rig.load('web', { cmd: 'exec <&-; echo closed; exec sleep 1000', redirect_input: true });
    await rig.written('web', 'closed');
    const gaffer = rig.spawn(['attach', 'web'], { keepsInput: true });
    await gaffer.stdout.until('closed');
    gaffer.write('one\n');
    await gaffer.stderr.until('"one\\n" was not sent: ');
    expect((await gaffer.end('SIGINT')).code).toBe(130);
  });

  test('to a process that writes nowhere tells how it ends', async ({ rig }) => {
    await rig.load('web', { cmd: 'read -r line; exit 4', redirect_output: [], redirect_input: true, on_exit: 'ignore' });
    expect(await rig.run(['attach', 'web'], { input: 'go\n' })).toMatchObject({
      code: 4,
      stderr: 'gaffer: attached to web.1 (pid 1), which writes nowhere (redirect_output); Ctrl-C leaves, web.1 goes on\n',
    });
  });

  test.for([
    [['attach', 'wbe'], 1, 'process \'wbe\' not found; did you mean "web"?'],
    [['attach', 'two'], 1, "job 'two' has 2 processes: name one of two.1, two.2"],
    [['attach', 'web.1.err'], 2, 'expected a process like "web.1", got "web.1.err": gaffer recv reads one of its streams'],
    [['attach', 'web', '--tail', 'x'], 2, '--tail: expected a number of lines, got "x"'],
    [['attach', 'web', '--detach-key', 'x'], 2, '--detach-key: expected a key like "ctrl-]" or "ctrl-q", got "x"'],
    [['attach', 'web', '--retry', 'x'], 2, '--retry: expected seconds from 0 to 86400, got "x"'],
  ] as const)('%j ends with %i', async ([args, code, message], { rig }) => {
    await rig.load('web', ECHO);
    await rig.load('two', { numprocesses: 2 });
    expect(await rig.run(args)).toMatchObject({ code, stdout: '', stderr: `gaffer: ${message}\n` });
  });
});

describe('gaffer attach over a connection that is lost', () => {
  test('misses no byte and shows none twice, and the end of the process that came meanwhile', { timeout: 60_000 }, async ({ rig }) => {
    const proxy = await Proxy.open(rig.api.port);
    await rig.load('web', {
      cmd: 'for i in $(seq 500); do echo line $i; sleep 0.004; done; exit 5',
      on_exit: 'ignore',
      redirect_output: ['out', 'out'],
    });
    const gaffer = rig.spawn(['attach', 'web', '--tail', '500'], { env: { GAFFER_ENDPOINT: proxy.url } });
    for (const at of [20, 150, 300]) {
      await gaffer.stdout.until(`line ${at}`);
      proxy.cut();
    }
    await gaffer.stdout.until('line 400');
    proxy.cut(false);
    await rig.written('web', 'line 500');
    await expect.poll(() => rig.api.supervisor.pids()).toEqual([]);
    proxy.mend();
    expect(await gaffer.result()).toMatchObject({
      code: 5,
      stdout: Array.from({ length: 500 }, (_, index) => `line ${index + 1}\n`).join(''),
    });
  });
});
