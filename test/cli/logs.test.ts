import { closeSync, openSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { test } from '../support/commands.ts';
import { withoutNumbers } from '../support/project.ts';

describe('gaffer logs', () => {
  test('shows what gaffer start would have shown', async ({ rig }) => {
    await rig.load('web', { cmd: 'echo hello; printf unfinished; exec sleep 1000' });
    await rig.load('worker', { cmd: 'echo problem >&2; exit 3', on_exit: 'ignore' });
    await rig.load('web', { session: 'other', cmd: 'echo not meant; exec sleep 1000' });
    await rig.written('web', 'unfinished');
    await expect.poll(() => rig.api.supervisor.pids({ session: 'shop', job: 'worker' })).toEqual([]);
    const { code, stdout, stderr } = await rig.run(['logs']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = withoutNumbers(stdout).trimEnd().split('\n');
    expect(lines.toSorted()).toEqual([
      'HH:MM:SS web    | hello',
      'HH:MM:SS web    | spawn process with pid PID',
      'HH:MM:SS web    | unfinished',
      'HH:MM:SS worker | exit process with pid PID (code 3)',
      'HH:MM:SS worker | problem',
      'HH:MM:SS worker | spawn process with pid PID',
    ]);
  });

  test.for([
    [
      ['logs', 'web', '-n', '2'],
      ['web.1 | 3', 'web.2 | 3'],
    ],
    [
      ['logs', 'web.2', '-n', '2'],
      ['web.2 | 2', 'web.2 | 3'],
    ],
    [['logs', '--ps', 'web.2', '-n', '1'], ['web.2 | 3']],
    [['logs', '2', '--lines', '1'], ['web.2 | 3']],
    [['logs', '-n', '0'], []],
  ] as const)('%j', async ([args, expected], { rig }) => {
    const cmd = 'test $PS = web.2 && read -r go; seq 3; echo end >&2; exec sleep 1000';
    await rig.load('web', { cmd, numprocesses: 2, redirect_input: true, redirect_output: ['out'] });
    await rig.written('web', '1\n2\n3\n');
    await (await rig.api.supervisor.stream(2, 'stdin')).write('go\n');
    await rig.written('web', '1\n2\n3\n1\n2\n3\n');
    const { stdout } = await rig.run(args);
    const lines = stdout.split('\n').filter((line) => line !== '');
    expect(lines.map((line) => line.replace(/^\d\d:\d\d:\d\d /, '')).toSorted()).toEqual(
      args.includes('web' as never) ? ['web.2 | 2', 'web.2 | 3'] : expected,
    );
  });

  test('has the time at which a line was written', async ({ rig }) => {
    await rig.load('web', { cmd: 'date +%H:%M:%S; exec sleep 1000' });
    await rig.written('web', ':');
    await new Promise((resolve) => setTimeout(resolve, 1100)); // else the time of reading were the same
    const { stdout } = await rig.run(['logs', '-n', '1']);
    const [, stamp = '', text = ''] = /^(\S+) web \| (\S+)\n$/.exec(stdout) ?? [];
    const seconds = (clock: string): number => clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
    expect(Math.abs(seconds(stamp) - seconds(text))).toBeLessThanOrEqual(1);
  });

  test('as JSON is a record on a line each', async ({ rig }) => {
    await rig.load('web', { cmd: 'echo hello; printf "\\377\\n"; exec sleep 1000' });
    await rig.written('web', '\ufffd\n');
    const { stdout } = await rig.run(['logs', '--json']);
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.find((record) => record['event'] === 'spawn')).toMatchObject({ name: 'shop.web', pid: 1, slot: 1 });
    expect(records.find((record) => record['data'] === 'hello\n')).toMatchObject({ name: 'shop.web', pid: 1, slot: 1, stream: 'out' });
    expect(records.some((record) => record['base64'] === '/wo=')).toBe(true);
  });

  test('is coloured on a terminal', async ({ rig }) => {
    await rig.load('web', { cmd: 'echo hello; exec sleep 1000' });
    await rig.written('web', 'hello');
    const terminal = rig.terminal(['logs', '-n', '1']);
    await terminal.exit;
    expect(terminal.text).toMatch(/^\x1b\[36m\d\d:\d\d:\d\d web \|\x1b\[39m hello\n$/);
    const plain = rig.terminal(['logs', '-n', '1', '--no-color']);
    await plain.exit;
    expect(plain.text).toMatch(/^\d\d:\d\d:\d\d web \| hello\n$/);
  });

  test.for([
    [['logs', 'wbe'], 1, 'job \'wbe\' not found; did you mean "web"?'],
    [['logs', '99'], 1, "process '99' not found; gaffer ps lists them"],
    [['logs', '--app', 'x'], 1, "'x' not loaded (there is shop); --app names another"],
    [['logs', '-n', 'all'], 2, '--lines: expected a number of lines, got "all"'],
    [['logs', 'web', '--ps', 'web'], 2, 'expected a name or --ps, got both: "web" and "web"'],
  ] as const)('%j ends with %i', async ([args, code, message], { rig }) => {
    await rig.load('web');
    expect(await rig.run(args)).toMatchObject({ code, stdout: '', stderr: `gaffer: ${message}\n` });
  });
});

test.for([[['logs']], [['logs', '--json']], [['logs', '-f']]] as const)(
  'gaffer %j says so when its output cannot be written',
  async ([args], { rig }) => {
    await rig.load('web', { cmd: 'echo hello; exec sleep 1000' });
    await rig.written('web', 'hello');
    const full = openSync('/dev/full', 'w');
    const gaffer = rig.spawn(args, { stdout: full });
    closeSync(full);
    expect(await gaffer.result()).toMatchObject({ code: 1, stderr: 'gaffer: cannot write to stdout: ENOSPC: no space left on device, write\n' });
  },
);

describe('gaffer logs -f', () => {
  const TICKS = 'i=0; while :; do i=$((i + 1)); echo tick $i; sleep 0.05; done';

  test('goes on, with nothing left out and nothing twice, until Ctrl-C', async ({ rig }) => {
    await rig.load('web', { cmd: TICKS });
    await rig.written('web', 'tick 5');
    const gaffer = rig.spawn(['logs', '-f']);
    await gaffer.stdout.until('tick 15');
    const { code, stdout, stderr } = await gaffer.end('SIGINT');
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    const ticks = stdout.split('\n').flatMap((line) => /\| tick (\d+)$/.exec(line)?.[1] ?? []);
    expect(ticks).toEqual(ticks.map((_, index) => String(index + 1)));
  });

  test('shows the jobs of an application interleaved, and what happens to them', async ({ rig }) => {
    await rig.load('web', { cmd: TICKS });
    const gaffer = rig.spawn(['logs', '-f', '-n', '0']);
    await gaffer.stdout.until('tick');
    await rig.load('worker', { cmd: 'echo here; exec sleep 1000' });
    await gaffer.stdout.until(/worker \| spawn process with pid \d+\n/);
    await gaffer.stdout.until('worker | here');
    await rig.api.supervisor.restart({ session: 'shop', job: 'web' });
    await gaffer.stdout.until(/web +\| exit process with pid \d+\n/);
    expect((await gaffer.end('SIGTERM')).code).toBe(143);
  });

  test('ends with the process that it follows', async ({ rig }) => {
    await rig.load('web', { cmd: TICKS });
    const gaffer = rig.spawn(['logs', '-f', 'web.1']);
    await gaffer.stdout.until('tick');
    await rig.api.supervisor.stop({ session: 'shop', job: 'web' });
    const { code, stdout } = await gaffer.result();
    expect(code).toBe(0);
    expect(stdout).toMatch(/web \| exit process with pid \d+\n$/);
  });

  test.for([[['logs', '-f']], [['logs', '-f', '--json']]] as const)('%j ends quietly when nobody reads', async ([args], { rig }) => {
    await rig.load('web', { cmd: TICKS });
    const gaffer = rig.spawn(args);
    await gaffer.stdout.until('tick');
    gaffer.closeStdout();
    expect(await gaffer.result()).toMatchObject({ code: 0, stderr: '' });
  });

  test.for([[['logs', '-f', '--no-reconnect']], [['logs', '-f', '--json', '--no-reconnect']]] as const)(
    '%j says so when the node goes away',
    async ([args], { rig }) => {
      await rig.load('web', { cmd: TICKS });
      const gaffer = rig.spawn(args);
      await gaffer.stdout.until('tick');
      await rig.api.close();
      expect(await gaffer.result()).toMatchObject({ code: 1, stderr: `gaffer: ${rig.endpoint} has gone away: there is nothing more to follow\n` });
    },
  );

  test('waits for a slow reader, and says what was left out', { timeout: 60_000 }, async ({ rig }) => {
    await rig.load('web', {
      cmd: 'read go; yes 0123456789012345678901234567890123456789012345678901234567890123456789 | head -n 400000; echo over; read go; echo the end; exec sleep 1000',
      redirect_input: true,
    });
    const gaffer = rig.spawn(['logs', '-f']);
    await gaffer.stdout.until('spawn');
    gaffer.stopReading();
    await rig.run(['send', 'web', 'go']);
    await rig.written('web', 'over');
    gaffer.readOn();
    await gaffer.stdout.until('were left out');
    await rig.run(['send', 'web', 'go']);
    await gaffer.stdout.until('the end');
    expect(gaffer.stdout.text).toMatch(/gaffer \| \d+ entries were left out/);
    expect(gaffer.stdout.text.length).toBeLessThan(20_000_000);
    await gaffer.end('SIGINT');
  });
});
