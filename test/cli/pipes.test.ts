import { describe, expect } from 'vitest';
import { type CommandRig, test } from '../support/commands.ts';
import type { Program } from '../support/program.ts';
import { Proxy } from '../support/proxy.ts';

const ECHO = { cmd: 'while read -r line; do echo "got $line"; done; echo over; exec sleep 1000', redirect_input: true };
const CONTROL = {
  cmd: 'echo ready; while read -r line <&3; do echo "control $line"; echo "answer $line" >&3; done; exec sleep 1000',
  custom_streams: ['control'],
};

describe('gaffer send', () => {
  test.for([['web'], ['web.1'], ['1'], ['shop.web.1'], ['web.stdin'], ['1.stdin']])('to %s', async ([name], { rig }) => {
    await rig.load('web', ECHO);
    expect(await rig.run(['send', name!, 'a', 'b  c', 'a'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    await rig.written('web', 'got a b  c a\n');
  });

  test.for([[['send', 'web.control', 'hello']], [['send', 'web.1.control', 'hello']], [['send', '-s', 'control', '1', 'hello']]] as const)(
    '%j',
    async ([args], { rig }) => {
      await rig.load('web', CONTROL);
      expect(await rig.run(args)).toMatchObject({ code: 0, stdout: '', stderr: '' });
      await rig.written('web', 'control hello\n');
    },
  );

  test.for([
    ['one\ntwo\n', 'got one\ngot two\n'],
    ['one\ntwo', 'got one\ngot two\n'],
    ['one\n.\ntwo\n', 'got one\n'],
  ] as const)('- sends the lines of stdin: %j', async ([input, log], { rig }) => {
    await rig.load('web', ECHO);
    expect(await rig.run(['send', 'web', '-'], { input })).toMatchObject({ code: 0, stdout: '', stderr: '' });
    await rig.written('web', log);
  });

  test('- sends what is typed', async ({ rig }) => {
    await rig.load('web', ECHO);
    const terminal = rig.terminal(['send', 'web', '-']);
    await new Promise((resolve) => setTimeout(resolve, 300)); // that it reads the terminal is told by nothing
    terminal.type('one\r');
    await rig.written('web', 'got one\n');
    terminal.type('.\r');
    expect((await terminal.exit).code).toBe(0);
  });

  test.for([
    [['send', 'worker', 'x'], 1, "can't write on this process, (no stdin): load its job with redirect_input"],
    [['send', 'web.out', 'x'], 1, "can't write on 'out': it is an output; there is stdin"],
    [['send', 'web.nope', 'x'], 1, "stream 'nope' not found; there is stdin"],
    [['send', 'two', 'x'], 1, "job 'two' has 2 processes: name one of two.1, two.2"],
    [['send', 'none', 'x'], 1, "job 'none' has no process: gaffer ps:start starts it"],
    [['send', '99', 'x'], 1, "process '99' not found; gaffer ps lists them"],
    [['send', 'wbe', 'x'], 1, 'process \'wbe\' not found; did you mean "web"?'],
    [['send', '-s', 'a', 'web.b', 'x'], 2, 'expected one stream, got two: "b" and "a"'],
    [['send', 'web'], 2, 'expected what to write, - is stdin, got nothing (gaffer send --help tells more)'],
  ] as const)('%j ends with %i', async ([args, code, message], { rig }) => {
    await rig.load('web', ECHO);
    await rig.load('worker');
    await rig.load('two', { numprocesses: 2 });
    await rig.load('none', { start: false });
    expect(await rig.run(args)).toMatchObject({ code, stdout: '', stderr: `gaffer: ${message}\n` });
  });
});

/** Starts a command that receives, and resolves when it asks for what comes: a proxy between them sees that. */
async function receiving(rig: CommandRig, args: readonly string[]): Promise<Program> {
  const proxy = await Proxy.open(rig.api.port);
  const gaffer = rig.spawn(args, { env: { GAFFER_ENDPOINT: proxy.url } });
  await expect.poll(() => proxy.paths.some((path) => path.startsWith('/streams'))).toBe(true);
  return gaffer;
}

describe('gaffer recv', () => {
  test.for([
    [['recv', 'web'], 'got x\n'],
    [['recv', 'web.1'], 'got x\n'],
    [['recv', '1', 'out'], 'got x\n'],
    [['recv', 'web.1.out'], 'got x\n'],
  ] as const)('%j writes what comes, until Ctrl-C', async ([args, text], { rig }) => {
    await rig.load('web', ECHO);
    const gaffer = await receiving(rig, args);
    await rig.run(['send', 'web', 'x']);
    await gaffer.stdout.until('got x');
    expect(await gaffer.end('SIGINT')).toMatchObject({ code: 130, stdout: text, stderr: '' });
  });

  test('every byte of a process, at the pace of the reader, to its end', async ({ rig }) => {
    await rig.load('web', { cmd: 'read go; head -c 20000000 /dev/zero; printf "\\377end"', redirect_input: true, on_exit: 'ignore' });
    const gaffer = await receiving(rig, ['recv', 'web']);
    gaffer.stopReading();
    await rig.run(['send', 'web', 'go']);
    await new Promise((resolve) => setTimeout(resolve, 500)); // the pipes fill up meanwhile; that the process waits has no event
    gaffer.readOn();
    const { code, bytes, stderr } = await gaffer.result();
    expect({ code, stderr, length: bytes.length, end: bytes.subarray(-4).toString('latin1') }).toEqual({
      code: 0,
      stderr: '',
      length: 20_000_004,
      end: '\xffend',
    });
  });

  test('ends quietly when nobody reads', async ({ rig }) => {
    await rig.load('web', { cmd: 'while :; do echo tick; sleep 0.02; done' });
    const gaffer = rig.spawn(['recv', 'web']);
    await gaffer.stdout.until('tick');
    gaffer.closeStdout();
    expect(await gaffer.result()).toMatchObject({ code: 0, stderr: '' });
  });

  test('says so when the node goes away', async ({ rig }) => {
    await rig.load('web', { cmd: 'while :; do echo tick; sleep 0.02; done' });
    const gaffer = rig.spawn(['recv', 'web', '--no-reconnect']);
    await gaffer.stdout.until('tick');
    await rig.api.close();
    expect(await gaffer.result()).toMatchObject({ code: 1, stderr: `gaffer: ${rig.endpoint} has gone away: there is nothing more to receive\n` });
  });

  test.for([
    [['recv', 'web', 'nope'], "can't read on 'nope': there is out, err"],
    [['recv', 'web.stdin'], "can't read on 'stdin': there is out, err"],
    [['recv', 'mute'], "can't read on '2': load its job with redirect_output"],
    [['recv', '99'], "process '99' not found; gaffer ps lists them"],
  ] as const)('%j ends with 1', async ([args, message], { rig }) => {
    await rig.load('web', ECHO);
    await rig.load('mute', { redirect_output: [] });
    expect(await rig.run(args)).toMatchObject({ code: 1, stdout: '', stderr: `gaffer: ${message}\n` });
  });
});
