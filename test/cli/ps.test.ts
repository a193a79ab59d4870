import { describe, expect } from 'vitest';
import { test } from '../support/commands.ts';

describe('gaffer ps', () => {
  test('shows the jobs of the application, with those that do not run', async ({ rig }) => {
    await rig.load('web', { numprocesses: 2 });
    await rig.load('worker', { start: false, cmd: 'make', args: ['-j', '2'], shell: false });
    await rig.load('web', { session: 'other' });
    const { code, stdout, stderr } = await rig.run(['ps']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const line = (slot: number): string => `web\\.${slot}: up for [\\d.]+s +pid ${slot}  os pid \\d+ +cpu [\\d.]+% +mem [\\d.]+% \\d+[KM]`;
    expect(stdout).toMatch(
      new RegExp(
        `^=== web: \`exec sleep 1000\`\nTotal CPU: \\d+\\.\\d\\d Total MEM: \\d+\\.\\d\\d\n\n${line(1)}\n${line(2)}\n\n=== worker: \`make -j 2\` \\(stopped\\)\nTotal CPU: 0\\.00 Total MEM: 0\\.00\n$`,
      ),
    );
    expect((await rig.run(['ps', 'other'])).stdout).toContain('web.1: up for');
    expect((await rig.run(['ps', '--color'])).stdout).toContain('\x1b[32m=== web:');
  });

  test('as JSON is what the node tells', async ({ rig }) => {
    await rig.load('web');
    const { stdout } = await rig.run(['ps', '--json']);
    const { app, jobs } = JSON.parse(stdout) as { app: string; jobs: object[] };
    expect({ app, jobs }).toEqual({
      app: 'shop',
      jobs: [
        expect.objectContaining({
          name: 'shop.web',
          state: 'started',
          max_processes: 1,
          processes: [expect.objectContaining({ pid: 1, slot: 1, restarts: 0, commited: false, stopping: false }) as object],
        }),
      ],
    });
  });

  test.for([
    [['ps'], '\'shop\' not loaded; did you mean "shops"?'],
    [['ps', 'x'], "'x' not loaded (there is shops); --app names another"],
  ] as const)('%j of what is not loaded says so', async ([args, message], { rig }) => {
    await rig.load('web', { session: 'shops' });
    expect(await rig.run(args)).toMatchObject({ code: 1, stdout: '', stderr: `gaffer: ${message}\n` });
  });

  test('says that nothing is loaded', async ({ rig }) => {
    expect((await rig.run(['ps'])).stderr).toBe("gaffer: 'shop' not loaded: nothing is; gaffer load loads it\n");
  });

  test('--watch shows it on the whole terminal until Ctrl-C, and leaves the last', async ({ rig }) => {
    await rig.load('web', { numprocesses: 12 });
    const terminal = rig.terminal(['ps', '--watch'], { rows: 10 });
    await terminal.output.until('more lines', 2);
    terminal.type('\x03');
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(terminal.text).toMatch(/^\x1b\[\?1049h\x1b\[\?25l\x1b\[\?7l\x1b\[H.*=== web:/);
    expect(terminal.text).toMatch(/\x1b\[\?25h\x1b\[\?1049l.*=== web:/);
    expect(terminal.text).not.toContain('\x1b[2J');
  });

  test('--watch --json is a line every second, and ends when the node does', async ({ rig }) => {
    await rig.load('web');
    const gaffer = rig.spawn(['ps', '--watch', '--json', '--no-reconnect']);
    await gaffer.stdout.until('shop.web', 2);
    await rig.api.close();
    const { code, stdout, stderr } = await gaffer.result();
    expect(code).toBe(1);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { app: string }).app),
    ).toContain('shop');
    expect(stderr).toBe(`gaffer: ${rig.endpoint} has gone away: there is nothing more to see\n`);
  });

  test('--watch ends when nobody reads', async ({ rig }) => {
    await rig.load('web');
    const gaffer = rig.spawn(['ps', '--watch']);
    await gaffer.stdout.until('web.1');
    gaffer.closeStdout();
    expect(await gaffer.result()).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('gaffer ps:info', () => {
  test('tells about a job', async ({ rig }) => {
    await rig.load('web', { numprocesses: 2 });
    const { code, stdout } = await rig.run(['ps:info', 'web']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^active: True\nrunning: 2\nnum_processes: 2\npids: 1,2\n/);
    expect(stdout).toContain('\nstate: started\n');
    expect(JSON.parse((await rig.run(['ps', 'info', 'shop.web', '--json'])).stdout)).toMatchObject({ name: 'shop.web', max_processes: 2 });
  });

  test.for([['2'], ['web.2'], ['shop.web.2'], ['shop/web.2']])('tells about a process: %s', async ([name], { rig }) => {
    await rig.load('web', { numprocesses: 2 });
    const { code, stdout } = await rig.run(['ps:info', name!]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^pid: 2\nname: shop\.web\n/);
    expect(stdout).toMatch(/\ncommited: False\n/);
    expect(JSON.parse((await rig.run(['ps:info', name!, '--json'])).stdout)).toMatchObject({ pid: 2, slot: 2 });
  });

  test.for([
    ['wbe', 'job \'wbe\' not found; did you mean "web"?'],
    ['99', "process '99' not found; gaffer ps lists them"],
    ['web.7', "process 'web.7' not found; gaffer ps lists them"],
    ['wbe.1', 'process \'wbe.1\' not found; did you mean "web.1"?'],
  ] as const)('%s is not there', async ([name, message], { rig }) => {
    await rig.load('web');
    expect(await rig.run(['ps:info', name])).toMatchObject({ code: 1, stdout: '', stderr: `gaffer: ${message}\n` });
  });
});

describe('gaffer kill', () => {
  const TRAP = "trap 'echo got HUP' HUP; echo ready; while :; do sleep 0.05; done";

  test.for([
    [['kill', 'web', 'HUP'], "'HUP' sent to 'web'\n"],
    [['ps:kill', 'web.1', 'sighup'], "'sighup' sent to 'web.1'\n"],
    [['kill', '1', '1'], "'1' sent to '1'\n"],
  ] as const)('%j', async ([args, stdout], { rig }) => {
    await rig.load('web', { cmd: TRAP });
    await rig.written('web', 'ready');
    expect(await rig.run(args)).toMatchObject({ code: 0, stdout, stderr: '' });
    await rig.written('web', 'got HUP');
  });

  test.for([
    [['kill', 'web', 'HUPP'], 2, 'expected a signal\'s name or number like "HUP" or 1, got "HUPP"; did you mean "HUP"?'],
    [['kill', 'none', 'HUP'], 1, "'none' has no process that HUP could be sent to"],
    [['kill', 'wbe', 'HUP'], 1, "'wbe' not found in 'shop'; did you mean \"web\"?"],
    [['kill', 'web'], 2, 'expected the signal, got nothing (gaffer kill --help tells more)'],
  ] as const)('%j ends with %i', async ([args, code, message], { rig }) => {
    await rig.load('web');
    await rig.load('none', { start: false });
    expect(await rig.run(args)).toMatchObject({ code, stdout: '', stderr: `gaffer: ${message}\n` });
  });
});

test('gaffer apps lists the applications', async ({ rig }) => {
  expect(await rig.run(['apps'])).toMatchObject({ code: 0, stdout: '' });
  await rig.load('web');
  await rig.load('web', { session: 'other' });
  expect((await rig.run(['apps'])).stdout).toBe('shop\nother\n');
  expect((await rig.run(['apps', '--json'])).stdout).toBe('{"apps":["shop","other"]}\n');
});
