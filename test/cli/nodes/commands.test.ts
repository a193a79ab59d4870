import { describe, expect } from 'vitest';
import { fakeServer } from '../../support/fake-server.ts';
import { test } from './rig.ts';

/** Nobody listens there. */
const AWAY = 'http://127.0.0.1:1';

describe('gaffer ps through a lookupd', () => {
  test('is one table, with the node before each process', async ({ rig, nodes }) => {
    await nodes.add('n1', ['web', 'worker']);
    await nodes.add('n2', ['web']);
    const { code, stdout, stderr } = await rig.run([...nodes.through, 'ps']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.replaceAll(/up for .*/g, 'up').split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('Total'))).toEqual([
      '=== web: `exec sleep 1000`',
      'n1  web.1: up',
      'n2  web.1: up',
      '=== worker: `exec sleep 1000`',
      'n1  worker.1: up',
    ]);
  });

  test('says which node is out of reach, shows the others, and ends with 1', async ({ rig, nodes }) => {
    await nodes.add('n1', ['web']);
    await nodes.tell('gone', ['shop.web'], AWAY);
    const { code, stdout, stderr } = await rig.run([...nodes.through, 'ps']);
    expect(stdout).toMatch(/^n1 {2}web\.1: up/m);
    expect(stderr).toMatch(/^gaffer: gone is out of reach: .*127\.0\.0\.1:\d+.*\n$/);
    expect(code).toBe(1);
    const told = await rig.run([...nodes.through, 'ps', '--json']);
    expect(JSON.parse(told.stdout)).toMatchObject({ app: 'shop', jobs: [{ node: 'n1', name: 'shop.web' }], unreachable: [{ node: 'gone' }] });
  });

  test('shows the others where one says that it is where nothing can be', async ({ rig, nodes }) => {
    await nodes.add('n1', ['web']);
    await nodes.tell('n2', ['shop.web'], 'nonsense');
    const { code, stdout, stderr } = await rig.run([...nodes.through, 'ps']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'gaffer: n2 is out of reach: there is no host of the name in http://nonsense; check the --broadcast-address of its gafferd\n',
    });
    expect(stdout).toMatch(/^n1 {2}web\.1/m);
  });

  test.for([
    ['an application that nobody runs', ['ps', '--app', 'shpo'], 'runs \'shpo\'; did you mean "shop"?'],
    ['one that is like none', ['ps', 'other'], "runs 'other' (there is shop); --app names another"],
    ['a node that does not run it', ['ps', '--node', 'n3'], '--node: expected one of the nodes that run \'shop\' (n1), got "n3"; did you mean "n1"?'],
    ['a lookupd and a node', ['ps', '-g', 'http://127.0.0.1:1'], 'expected a node (--endpoint) or lookupd servers (--lookup), got both'],
  ] as const)('tells of %s', async ([, words, message], { rig, nodes }) => {
    await nodes.add('n1', ['web']);
    const { code, stdout, stderr } = await rig.run([...nodes.through, ...words]);
    expect({ code: code === 0, stdout }).toEqual({ code: false, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('wants a lookupd where a node of one is named', async ({ rig }) => {
    const { code, stderr } = await rig.run(['ps', '--node', 'n1']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('--node chooses among the nodes that a lookupd names: expected -L URL as well, got none') as unknown,
    });
  });

  test('asks the lookupd servers that there are', async ({ rig, nodes }) => {
    await nodes.add('n1', ['web']);
    const { code, stdout, stderr } = await rig.run(['-L', AWAY, ...nodes.through, 'ps']);
    expect(stdout).toMatch(/^n1 {2}web\.1/m);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^gaffer: no lookupd answers at .*\n$/) as unknown });
    expect(await rig.run(['-L', AWAY, 'ps'])).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(AWAY) as unknown });
  });
});

describe('gaffer scale through a lookupd', () => {
  test('says what it would mean where nobody can be asked, and does nothing', async ({ rig, nodes }) => {
    await nodes.add('n1', ['web']);
    await nodes.add('n2', ['web']);
    expect(await rig.run([...nodes.through, 'scale', 'web=5', 'web+1'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('web=5 on 2 nodes: n1 from 1 to 5, n2 from 1 to 5; 10 in all and web+1 on 2 nodes: n1 from 1 to 2') as unknown,
    });
    expect(await nodes.wanted('web')).toEqual({ n1: 1, n2: 1 });
  });

  test.for([
    ['one node', ['--node', 'n2'], { n1: 1, n2: 3 }, 'n2: Scaling web processes... done, now running 3\n'],
    [
      'all',
      ['--node', '*'],
      { n1: 3, n2: 3 },
      'n1: Scaling web processes... done, now running 3\nn2: Scaling web processes... done, now running 3\n',
    ],
  ] as const)('scales %s that is named', async ([, words, wanted, stdout], { rig, nodes }) => {
    await nodes.add('n1', ['web']);
    await nodes.add('n2', ['web']);
    expect(await rig.run([...nodes.through, 'scale', 'web=3', ...words])).toMatchObject({ code: 0, stdout, stderr: '' });
    expect(await nodes.wanted('web')).toEqual(wanted);
  });

  test('asks nothing where only one node has the job', async ({ rig, nodes }) => {
    await nodes.add('n1', ['web', 'worker']);
    await nodes.add('n2', ['web']);
    expect(await rig.run([...nodes.through, 'scale', 'worker=2', '--json'])).toMatchObject({
      code: 0,
      stdout: '{"app":"shop","jobs":[{"node":"n1","name":"shop.worker","numprocesses":2}]}\n',
      stderr: '',
    });
  });

  test('tells of a job that no node has, and scales the others', async ({ rig, nodes }) => {
    await nodes.add('n1', ['web']);
    expect(await rig.run([...nodes.through, 'scale', 'wbe=2', 'web=2'])).toMatchObject({
      code: 1,
      stdout: 'n1: Scaling web processes... done, now running 2\n',
      stderr: 'gaffer: \'shop.wbe\' not found; did you mean "web"?\n',
    });
  });

  test('prints the formation of each node', async ({ rig, nodes }) => {
    await nodes.add('n1', ['web', 'worker']);
    await nodes.add('n2', ['web']);
    expect(await rig.run([...nodes.through, 'scale'])).toMatchObject({ code: 0, stdout: 'n1: web=1 worker=1\nn2: web=1\n', stderr: '' });
  });
});

describe('commands on jobs through a lookupd', () => {
  test('act on each node that has them, and not on others', async ({ rig, nodes }) => {
    const [one, two, three] = [
      await nodes.add('n1', ['web', 'worker']),
      await nodes.add('n2', ['web']),
      await nodes.add('n3', ['web'], { session: 'other' }),
    ];
    const before = await Promise.all([one, two, three].map((node) => node.supervisor.pids()));
    expect(await rig.run([...nodes.through, 'restart', 'web', 'worker'])).toMatchObject({
      code: 0,
      stdout: "n1: job 'web' restarted\nn2: job 'web' restarted\nn1: job 'worker' restarted\n",
      stderr: '',
    });
    const after = await Promise.all([one, two, three].map((node) => node.supervisor.pids()));
    expect(after[2]).toEqual(before[2]);
    expect(after.slice(0, 2).flatMap((pids, node) => pids.filter((pid) => before[node]?.includes(pid)))).toEqual([]);
  });

  test('do it to whole applications, a line of each node before each line', async ({ rig, nodes }) => {
    await nodes.add('n1', ['web', 'worker']);
    await nodes.add('n2', ['web']);
    expect(await rig.run([...nodes.through, 'stop'])).toMatchObject({
      code: 0,
      stdout:
        "n1: job 'web' stopped\nn1: job 'worker' stopped\nn1: ==> all jobs in 'shop' stopped\nn2: job 'web' stopped\nn2: ==> all jobs in 'shop' stopped\n",
      stderr: '',
    });
    expect(await nodes.wanted('web')).toEqual({ n1: 0, n2: 0 });
  });

  test('go on where a node is out of reach, and end with 1', async ({ rig, nodes }) => {
    await nodes.tell('gone', ['shop.web'], AWAY);
    await nodes.add('n1', ['web']);
    expect(await rig.run([...nodes.through, 'restart', 'web'])).toMatchObject({
      code: 1,
      stdout: "n1: job 'web' restarted\n",
      stderr: expect.stringMatching(/^gaffer: gone is out of reach: .*\n$/) as unknown,
    });
  });

  test('take a word for the job that one node has, not for the application that another one has', async ({ rig, nodes }) => {
    await nodes.add('n1', ['web']);
    const other = await nodes.add('n2', ['server'], { session: 'web' });
    const before = await other.supervisor.pids();
    expect(await rig.run([...nodes.through, 'restart', 'web'])).toMatchObject({ code: 0, stdout: "n1: job 'web' restarted\n", stderr: '' });
    expect(await other.supervisor.pids()).toEqual(before);
  });

  test.for([
    [['restart', 'nothing'], 1, "gaffer: 'nothing' not found in 'shop' (there is web)\n"],
    [['restart', '1'], 2, 'process 1: each of n1, n2 has processes of its own by numbers; --node NAME says whose is meant'],
    [['logs', '1'], 2, 'process 1: each of n1, n2 has processes of its own by numbers; --node NAME says whose is meant'],
    [['kill', 'web', 'HUP'], 2, "several nodes run 'shop' (n1, n2): --node NAME says which one is meant"],
    [['kill', 'web', 'HUP', '--node', 'n*'], 2, '--node names 2 nodes (n1, n2): --node NAME says which one is meant'],
  ] as const)('%j is refused', async ([words, code, message], { rig, nodes }) => {
    await nodes.add('n1', ['web']);
    await nodes.add('n2', ['web']);
    const before = await nodes.nodes.get('n1')?.supervisor.pids();
    expect(await rig.run([...nodes.through, ...words])).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) as unknown });
    expect(await nodes.nodes.get('n1')?.supervisor.pids()).toEqual(before);
  });

  test('that only one node can be asked for ask the one that is named, or runs it alone', async ({ rig, nodes }) => {
    const one = await nodes.add('n1', ['web']);
    await nodes.add('n2', ['worker'], { session: 'other' });
    expect(await rig.run([...nodes.through, 'kill', 'web', 'CONT'])).toMatchObject({ code: 0, stdout: "'CONT' sent to 'web'\n" });
    rig.project.write('Procfile', 'late: exec sleep 1000\n');
    expect(await rig.run([...nodes.through, 'load', '--node', 'n1', '--app', 'new'])).toMatchObject({ code: 0, stderr: '' });
    expect(await one.supervisor.sessions()).toEqual(['shop', 'new']);
  });
});

describe('gaffer logs through a lookupd', () => {
  test('are the last lines of all nodes, with the node before each', async ({ rig, nodes }) => {
    const say = 'echo "$0 says"; exec sleep 1000';
    for (const name of ['n1', 'n2']) {
      const node = await nodes.add(name, ['web'], { cmd: say });
      await expect.poll(async () => (await node.supervisor.recentLog({ session: 'shop' }, 10)).some((entry) => entry.kind === 'output')).toBe(true);
    }
    const { code, stdout, stderr } = await rig.run([...nodes.through, 'logs', '-n', '4']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replaceAll(/^\S+ /gm, '').replaceAll(/pid \d+/g, 'pid P')).toBe(
      'n1 web | spawn process with pid P\nn1 web | sh says\nn2 web | spawn process with pid P\nn2 web | sh says\n',
    );
    const told = await rig.run([...nodes.through, 'logs', '-n', '1', '--json']);
    expect(JSON.parse(told.stdout)).toMatchObject({ node: 'n2', name: 'shop.web' });
  });
});

describe('a node that is known under two names', () => {
  test('is one node', async ({ rig, nodes }) => {
    await nodes.add('n1', ['web']);
    await nodes.tell('oldname', ['shop.web'], `http://127.0.0.1:${nodes.nodes.get('n1')?.port}`);
    expect(await rig.run([...nodes.through, 'scale', 'web+1'])).toMatchObject({
      code: 0,
      stdout: 'n1: Scaling web processes... done, now running 2\n',
      stderr: '',
    });
    expect(await nodes.wanted('web')).toEqual({ n1: 2 });
  });
});

describe('a node that answers what no node does', () => {
  test('keeps the others from nothing', async ({ rig, nodes }) => {
    await nodes.add('n1', ['web']);
    await nodes.tell('odd', ['shop.web'], await fakeServer((_request, response) => void response.end('{}')));
    const { code, stdout, stderr } = await rig.run([...nodes.through, 'ps']);
    expect(stdout).toMatch(/^n1 {2}web\.1: up/m);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^gaffer: odd is out of reach: \S+ is not a node: .*\n$/) as unknown });
    expect(await rig.run([...nodes.through, 'restart', 'web'])).toMatchObject({ code: 1, stdout: "n1: job 'web' restarted\n" });
  });
});
