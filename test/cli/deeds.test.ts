import { describe, expect } from 'vitest';
import { type CommandRig, test } from '../support/commands.ts';

/** Two jobs of `shop`, and one of another application that nothing may happen to. */
async function loadShop(rig: CommandRig): Promise<void> {
  await rig.load('web', { numprocesses: 2, priority: 1 });
  await rig.load('worker', { priority: 0 });
  await rig.load('web', { session: 'other' });
}

async function pids(rig: CommandRig, job: string, session = 'shop'): Promise<readonly number[]> {
  return await rig.api.supervisor.pids({ session, job });
}

describe('commands on a whole application touch only that one', () => {
  test.for([
    ['unload', "==> app 'shop' unloaded\n"],
    ['reload', "==> app 'shop' reloaded\n"],
    ['restart', "==> app 'shop' restarted\n"],
    ['stop', "job 'web' stopped\njob 'worker' stopped\n==> all jobs in 'shop' stopped\n"],
    ['ps:stop', "job 'web' stopped\njob 'worker' stopped\n==> all jobs in 'shop' stopped\n"],
    ['ps:start', "job 'web' started\njob 'worker' started\n==> all jobs in 'shop' started\n"],
  ] as const)('gaffer %s', async ([command, stdout], { rig }) => {
    await loadShop(rig);
    const other = await pids(rig, 'web', 'other');
    const before = await pids(rig, 'web');
    expect(await rig.run([command])).toMatchObject({ code: 0, stdout, stderr: '' });
    expect(await pids(rig, 'web', 'other')).toEqual(other);
    switch (command) {
      case 'unload':
        expect(await rig.api.supervisor.sessions()).toEqual(['other']);
        break;
      case 'reload':
      case 'restart': {
        const after = await pids(rig, 'web');
        expect(after).toHaveLength(2);
        expect(after.filter((pid) => before.includes(pid))).toEqual([]);
        break;
      }
      case 'stop':
      case 'ps:stop':
        expect(await rig.job('web')).toEqual([0, 'stopped']);
        expect(await rig.api.supervisor.pids()).toEqual(other);
        break;
      case 'ps:start':
        expect(await pids(rig, 'web')).toEqual(before);
        break;
    }
  });

  test.for([['unload'], ['reload'], ['restart'], ['stop'], ['ps:start']] as const)(
    'gaffer %s of one that is not there',
    async ([command], { rig }) => {
      await rig.load('web', { session: 'shops' });
      expect(await rig.run([command])).toMatchObject({ code: 1, stdout: '', stderr: 'gaffer: \'shop\' not found; did you mean "shops"?\n' });
    },
  );
});

describe('commands on jobs', () => {
  test.for([
    [['unload', 'web'], "job 'web' unloaded\n"],
    [['unload', 'other.web', 'worker'], "job 'other.web' unloaded\njob 'worker' unloaded\n"],
    [['unload', 'other/web'], "job 'other/web' unloaded\n"],
    [['unload', 'other'], "==> app 'other' unloaded\n"],
    [['reload', 'web'], "job 'web' reloaded\n"],
    [['restart', 'web', 'worker'], "job 'web' restarted\njob 'worker' restarted\n"],
    [['ps:start', 'web'], "'web' started\n"],
    [['ps', 'start', 'web'], "'web' started\n"],
    [['stop', 'web'], "'web' stopped\n"],
    [['ps:stop', 'worker'], "'worker' stopped\n"],
  ] as const)('gaffer %j', async ([args, stdout], { rig }) => {
    await loadShop(rig);
    expect(await rig.run(args)).toMatchObject({ code: 0, stdout, stderr: '' });
  });

  test('one that is not there does not keep the others from being done', async ({ rig }) => {
    await loadShop(rig);
    expect(await rig.run(['unload', 'wbe', 'web', 'x'])).toMatchObject({
      code: 1,
      stdout: "job 'web' unloaded\n",
      stderr: "gaffer: 'wbe' not found in 'shop'; did you mean \"web\"?\ngaffer: 'x' not found in 'shop' (there are web, worker)\n",
    });
  });

  test('can be named by a file', async ({ rig }) => {
    await loadShop(rig);
    rig.project.write('jobs.json', '{"jobs": [{"name": "worker", "cmd": "x"}, {"name": "other.web", "cmd": "x"}]}');
    const env = { GAFFER_APP: undefined };
    rig.project.write('Procfile', 'web: true');
    expect(await rig.run(['reload', '--from-file', 'jobs.json', '--app', 'shop'])).toMatchObject({
      code: 0,
      stdout: "job 'shop.worker' reloaded\njob 'shop.web' reloaded\n",
    });
    expect(await rig.run(['unload', '--from-file', 'jobs.json'], { env })).toMatchObject({ code: 1, stdout: "job 'other.web' unloaded\n" });
    rig.project.write('none.json', '{"jobs": []}');
    expect(await rig.run(['unload', '--from-file', 'none.json'])).toMatchObject({ code: 1, stdout: '' });
    expect(await rig.api.supervisor.sessions()).toEqual(['shop']);
  });
});

describe('commands on instances', () => {
  test('stop keeps an instance down', async ({ rig }) => {
    await loadShop(rig);
    expect(await rig.run(['stop', 'web.2'])).toMatchObject({ code: 0, stdout: "'web.2' stopped\n", stderr: '' });
    expect(await rig.job('web')).toEqual([1, 'started']);
    expect(await pids(rig, 'web')).toHaveLength(1);
  });

  test('restart replaces one, by its name or its pid', async ({ rig }) => {
    await loadShop(rig);
    const [first = 0, second = 0] = await pids(rig, 'web');
    expect(await rig.run(['restart', 'web.1'])).toMatchObject({ code: 0, stdout: "'web.1' restarted\n" });
    expect(await pids(rig, 'web')).not.toContain(first);
    expect(await rig.run(['restart', String(second)])).toMatchObject({ code: 0, stdout: `'${second}' restarted\n` });
    expect(await pids(rig, 'web')).not.toContain(second);
    expect(await rig.job('web')).toEqual([2, 'started']);
  });

  test('a job with such a name comes first', async ({ rig }) => {
    await loadShop(rig);
    await rig.load('web.2');
    await rig.run(['stop', 'web.2']);
    expect([await rig.job('web'), await rig.job('web.2')]).toEqual([
      [2, 'started'],
      [0, 'stopped'],
    ]);
  });
});

describe('what ends a whole application', () => {
  test.for([
    ['\r', "==> app 'shop' unloaded", 0],
    ['y\r', "==> app 'shop' unloaded", 0],
    ['maybe\ry\r', 'please enter y or n.', 0],
    ['n\r', '', 1],
    ['\x04', '', 1],
  ] as const)('is asked about on a terminal: %j', async ([keys, text, code], { rig }) => {
    await loadShop(rig);
    const terminal = rig.terminal(['unload']);
    await terminal.output.until("Do you want to unload 'shop'? [y]|n: ");
    terminal.type(keys);
    expect((await terminal.exit).code).toBe(code);
    expect(terminal.text).toContain(text);
    expect((await rig.api.supervisor.sessions()).includes('shop')).toBe(code === 1);
  });

  test.for([['unload'], ['stop'], ['reload'], ['restart']] as const)('gaffer %s --no-input asks nothing', async ([command], { rig }) => {
    await loadShop(rig);
    const terminal = rig.terminal([command, '--no-input']);
    expect((await terminal.exit).code).toBe(0);
    expect(terminal.text).not.toContain('Do you want');
  });

  test('progress is shown on a terminal, and what has become of it afterwards', async ({ rig }) => {
    await rig.load('slow', { cmd: "trap 'sleep 0.6; exit' TERM; echo ready; while :; do sleep 0.05; done" });
    await rig.written('slow', 'ready');
    await rig.load('web');
    const terminal = rig.terminal(['stop', 'slow', 'web', 'wbe']);
    expect((await terminal.exit).code).toBe(1);
    expect(terminal.text).toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏].* Stopping slow/);
    expect(terminal.text).toMatch(/'slow' stopped\n'web' stopped\ngaffer: 'wbe' not found in 'shop'; did you mean "web"\?\n/);
  });
});
