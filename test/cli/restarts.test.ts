import { describe, expect } from 'vitest';
import { becomes } from '../support/processes.ts';
import { type RestartRig, test } from '../support/restarts.ts';

/** A process that counts, and says which one it is. */
const WEB = [
  '[process:shop:web]',
  'cmd = echo begin $$; i=0; while :; do i=$((i + 1)); echo "$$ line $i"; sleep 0.02; done',
  'shell = yes',
  'redirect_output = out, out',
];

/** A process that repeats what it is told. */
const ECHO = [
  '[process:shop:web]',
  'cmd = while read -r line; do echo "got $line"; done',
  'shell = yes',
  'redirect_output = out, out',
  'redirect_input = yes',
];

/** The numbers of the lines of each process, by its os pid, in the order in which the processes are seen. */
function linesOf(text: string): Map<string, number[]> {
  const lines = new Map<string, number[]>();
  for (const [, pid = '', number] of text.matchAll(/(\d+) line (\d+)/g)) {
    lines.set(pid, [...(lines.get(pid) ?? []), Number(number)]);
  }
  return lines;
}

function countedFrom(first: number, numbers: readonly number[]): readonly number[] {
  return numbers.map((_, index) => first + index);
}

/** Starts gafferd and `gaffer send`, which has sent a first line, and whoever follows has seen what it led to. */
async function sending(rig: RestartRig, args: readonly string[], follow: readonly string[] = ['logs', '-f']) {
  rig.configure(...ECHO);
  await rig.start();
  const log = rig.gaffer(follow);
  const gaffer = rig.gaffer(args, { keepsInput: true });
  gaffer.write('one\n');
  await log.stdout.until('got one');
  await rig.written();
  return { gaffer, log };
}

describe('when gafferd is killed with its keeper and started again', () => {
  test.for([
    [['logs', '-f']],
    [['logs', '-f', '--json']],
    [['logs', '-f', 'web']],
    [['logs', '-f', 'web.1']],
    [['recv', 'web.1']],
    [['recv', 'web']],
    [['attach', 'web.1', '--no-stdin']],
  ] as const)('%j goes on with all that is new, and tells nothing twice', async ([args], { rig }) => {
    rig.configure(...WEB);
    await rig.start();
    const gaffer = rig.gaffer(args);
    await gaffer.stdout.until(/line/, 10);
    await rig.killAll();
    await gaffer.stderr.until(rig.away);
    await rig.start();
    await gaffer.stderr.until(rig.again);
    expect(await becomes(() => ([...linesOf(gaffer.stdout.text).values()][1]?.length ?? 0) >= 20, 15_000)).toBe(true);
    const { code, stdout, stderr } = await gaffer.end('SIGINT');
    expect(code).toBe(130);
    expect(stderr.match(/gone away/g)).toHaveLength(1);
    expect(stderr).toMatch(/is there again; it was started anew, and .*\n$/);
    const [before = [], after = []] = [...linesOf(stdout).values()];
    expect(linesOf(stdout).size).toBe(2);
    expect(before).toEqual(countedFrom(before[0] ?? 0, before));
    expect(after).toEqual(countedFrom(1, after));
  });

  test('gaffer events goes on with the first event of the new run', async ({ rig }) => {
    rig.configure(...WEB);
    await rig.start();
    const gaffer = rig.gaffer(['events', '-n', '100', '--json']);
    await gaffer.stdout.until('spawn');
    await rig.killAll();
    await gaffer.stderr.until(rig.away);
    await rig.start();
    await gaffer.stdout.until('spawn', 2);
    const { code, stdout, stderr } = await gaffer.end('SIGINT');
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number; event: string });
    expect({ code, events: records.map(({ seq, event }) => `${seq} ${event}`) }).toEqual({
      code: 130,
      events: ['1 load', '2 start', '3 spawn', '1 load', '2 start', '3 spawn'],
    });
    expect(stderr).toBe(`${rig.away}${rig.again}; it was started anew, and counts its events from 1\n`);
  });

  test('gaffer ps --watch keeps the last picture, says so, and goes on', async ({ rig }) => {
    rig.configure(...WEB);
    await rig.start();
    const terminal = rig.terminal(['ps', '--watch']);
    await terminal.output.until('=== web:');
    await rig.killAll();
    await terminal.output.until(/gone away: waiting for it \(Ctrl-C ends\)[^]*=== web:/);
    await rig.start();
    await terminal.output.until(/is there again[^]*=== web:[^]*=== web:/);
    terminal.type('\x03');
    expect((await terminal.exit).code).toBe(0);
    const left = terminal.text.slice(terminal.text.indexOf('\x1b[?1049l'));
    expect(left).toContain('=== web:');
    expect(left).not.toContain('gone away');
  });

  test.for([
    [['logs', '-f'], 'line'],
    [['recv', 'web.1'], 'line'],
    [['attach', 'web.1', '--no-stdin'], 'line'],
    [['events', '-n', '3'], 'spawn'],
    [['ps', '--watch', '--json'], 'web'],
  ] as const)('%j ends with Ctrl-C while it waits', async ([args, text], { rig }) => {
    rig.configure(...WEB);
    await rig.start();
    const gaffer = rig.gaffer(args);
    await gaffer.stdout.until(text);
    await rig.killAll();
    await gaffer.stderr.until(rig.away);
    expect((await gaffer.end('SIGINT')).code).toBe(130); // that it waits for no pause the tests of `lasting` show
  });

  test('gaffer ps --watch gives the terminal back and ends with 130 while it waits', async ({ rig }) => {
    rig.configure(...WEB);
    await rig.start();
    const terminal = rig.terminal(['ps', '--watch']);
    await terminal.output.until('=== web:');
    await rig.killAll();
    await terminal.output.until('gone away');
    terminal.type('\x03');
    expect((await terminal.exit).code).toBe(130);
    expect(terminal.text).toMatch(/\x1b\[\?25h\x1b\[\?1049l(?![^]*\x1b\[\?)/);
  });

  test('gaffer attach on a terminal sends what was typed meanwhile to the new process', async ({ rig }) => {
    rig.configure(...ECHO);
    await rig.start();
    const terminal = rig.terminal(['attach', 'web']);
    await terminal.output.until('attached');
    terminal.type('one\r');
    await terminal.output.until('got one');
    await rig.written();
    await rig.killAll();
    await terminal.output.until('gone away');
    terminal.type('two\r');
    await rig.start();
    await terminal.output.until('got two');
    terminal.type('\x1d');
    expect((await terminal.exit).code).toBe(0);
    expect(terminal.text).toContain(`${rig.again}; it was started anew, and this is web.1 (pid 1)\n`);
    expect(terminal.text.match(/got one/g)).toHaveLength(1);
  });

  test.for([
    ['Ctrl-C', '\x03', 130],
    ['its own key', '\x1d', 0],
  ] as const)('gaffer attach on a terminal is left with %s while it waits', async ([, key, code], { rig }) => {
    rig.configure(...ECHO);
    await rig.start();
    const terminal = rig.terminal(['attach', 'web']);
    await terminal.output.until('attached');
    terminal.type('one\r');
    await terminal.output.until('got one');
    await rig.written(); // it is done with the last lines, and waits for nothing
    await rig.killAll();
    await terminal.output.until('gone away');
    terminal.type(key);
    expect((await terminal.exit).code).toBe(code);
  });

  test.for([[['logs', '-f', '1']], [['recv', '1']], [['attach', '1']]] as const)(
    '%j ends, for that pid means another process',
    async ([args], { rig }) => {
      rig.configure(...WEB);
      await rig.start();
      const gaffer = rig.gaffer(args);
      await gaffer.stdout.until('line');
      await rig.killAll();
      await gaffer.stderr.until(rig.away);
      await rig.start();
      const { code, stderr } = await gaffer.result();
      expect(code).toBe(1);
      expect(stderr).toMatch(/gaffer: http:\S+ was started anew, where 1 is another process; one that is named like web\.1 is found again\n$/);
    },
  );

  test('whoever follows what is not there any more is told so', async ({ rig }) => {
    rig.configure(...WEB);
    await rig.start();
    const gaffer = rig.gaffer(['logs', '-f', 'web']);
    await gaffer.stdout.until('line');
    await rig.killAll();
    await gaffer.stderr.until(rig.away);
    rig.configure('[process:shop:other]', 'cmd = sleep 1000');
    await rig.start();
    expect(await gaffer.result()).toMatchObject({ code: 1, stderr: `${rig.away}gaffer: job 'web' not found (there is other)\n` });
  });
});

describe('gaffer send - when gafferd is killed with its keeper and started again', () => {
  test('sends what was typed meanwhile to the new process', async ({ rig }) => {
    const { gaffer, log } = await sending(rig, ['send', 'web.1', '-']);
    await rig.killAll();
    await gaffer.stderr.until(rig.away);
    gaffer.write('two\nthree\n');
    await rig.start();
    await log.stdout.until('got three');
    gaffer.endInput();
    const { code, stderr } = await gaffer.result();
    expect(code).toBe(0);
    expect(stderr).toBe(`${rig.away}${rig.again}; it was started anew, and what follows goes to web.1 (pid 1)\n`);
    expect([...(await log.end('SIGINT')).stdout.matchAll(/got (\w+)/g)].map(([, word]) => word)).toEqual(['one', 'two', 'three']);
  });

  test.for([
    [['send', 'web.1', '-', '--retry', '1'], /has not come back within 1 s: nothing can be sent any more\n$/],
    [['send', 'web.1', '-', '--no-reconnect'], /has gone away: nothing can be sent any more\n$/],
  ] as const)('%j names what was not sent', async ([args, message], { rig }) => {
    const { gaffer, log } = await sending(rig, args, ['logs', '-f', '--no-reconnect']);
    await rig.killAll();
    gaffer.write('two\n');
    const { code, stderr } = await gaffer.result();
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    await log.result();
  });

  test('to a pid ends, and names the line that was not sent', async ({ rig }) => {
    const { gaffer, log } = await sending(rig, ['send', '1', '-']);
    await rig.killAll();
    await gaffer.stderr.until(rig.away);
    gaffer.write('two\n');
    await rig.start();
    const { code, stderr } = await gaffer.result();
    expect(code).toBe(1);
    expect(stderr).toMatch(/line 2, "two" was not sent, and nothing behind it was\n[^]*was started anew, where 1 is another process/);
    expect((await log.end('SIGINT')).stdout).not.toContain('two');
  });

  test('has nothing to wait for when there is nothing more to send', async ({ rig }) => {
    const { gaffer, log } = await sending(rig, ['send', 'web', '-']);
    await rig.killAll();
    await gaffer.stderr.until(rig.away);
    gaffer.endInput();
    expect((await gaffer.result()).code).toBe(0);
    await log.end('SIGINT');
  });
});

describe('when gafferd alone is killed and started again', () => {
  test.for([[['logs', '-f', 'web']], [['recv', 'web.1']], [['attach', 'web.1', '--no-stdin']]] as const)(
    '%j goes on with the same process, behind the last line',
    async ([args], { rig }) => {
      rig.configure(...WEB);
      await rig.start();
      const gaffer = rig.gaffer(args);
      await gaffer.stdout.until(/line/, 10);
      await rig.kill();
      await gaffer.stderr.until(rig.away);
      await rig.start();
      await gaffer.stderr.until(rig.again);
      const before = [...linesOf(gaffer.stdout.text).values()][0]?.length ?? 0;
      expect(await becomes(() => ([...linesOf(gaffer.stdout.text).values()][0]?.length ?? 0) >= before + 20, 15_000)).toBe(true);
      const { code, stdout, stderr } = await gaffer.end('SIGINT');
      expect(code).toBe(130);
      expect(stderr.replace(/^gaffer: attached .*\n/, '')).toBe(`${rig.away}${rig.again}\n`);
      const [numbers = [], ...others] = [...linesOf(stdout).values()];
      expect(others).toEqual([]);
      expect(numbers).toEqual(countedFrom(numbers[0] ?? 0, numbers));
    },
  );

  test('gaffer send - goes on writing to the same process', async ({ rig }) => {
    const { gaffer, log } = await sending(rig, ['send', 'web.1', '-']);
    await rig.kill();
    await gaffer.stderr.until(rig.away); // else the line might be on its way to a node that is gone
    gaffer.write('two\n');
    await rig.start();
    await log.stdout.until('got two');
    gaffer.endInput();
    expect((await gaffer.result()).code).toBe(0);
    expect((await log.end('SIGINT')).stdout.match(/got/g)).toHaveLength(2);
  });
});
