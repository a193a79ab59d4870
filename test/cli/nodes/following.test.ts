import { describe, expect } from 'vitest';
import { test } from './rig.ts';

const SAYS = 'echo begun; exec sleep 1000';

describe('gaffer logs -f through a lookupd', () => {
  test('follows all nodes, also one that comes to run the application later, and one that was away', async ({ rig, nodes }) => {
    const first = await nodes.add('n1', ['web'], { cmd: SAYS });
    await nodes.add('n2', ['web'], { cmd: SAYS });
    const followed = rig.spawn([...nodes.through, 'logs', '-f']);
    await followed.stdout.until(/ n1 web \| begun/);
    await followed.stdout.until(/ n2 web \| begun/);
    await nodes.add('n3', ['web'], { cmd: SAYS });
    await followed.stdout.until(/ n3 web \| begun/);
    first.cutConnections();
    await followed.stderr.until(/the connection to n1 \(http:.*\) was lost, and is there again/);
    await first.supervisor.scale({ session: 'shop', job: 'web' }, { op: '=', n: 2 });
    await followed.stdout.until(/ n1 web\.2 +\| begun/);
    const { code, stdout } = await followed.end('SIGINT');
    expect(code).toBe(130);
    for (const begun of [/ n1 web(\.1)? +\| begun/g, / n1 web\.2 +\| begun/g, / n2 web +\| begun/g, / n3 web +\| begun/g]) {
      expect(stdout.match(begun)).toHaveLength(1);
    }
  });

  test('ends with the last process that is followed', async ({ rig, nodes }) => {
    const all = [await nodes.add('n1', ['web'], { cmd: SAYS }), await nodes.add('n2', ['web'], { cmd: SAYS })];
    const followed = rig.spawn([...nodes.through, 'logs', '-f', 'web.1']);
    await followed.stdout.until(/ n1 web \| begun/);
    await followed.stdout.until(/ n2 web \| begun/);
    for (const { supervisor } of all) {
      await supervisor.stop({ session: 'shop', job: 'web' });
    }
    expect(await followed.result()).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('gaffer ps --watch through a lookupd', () => {
  test('shows what comes and goes', async ({ rig, nodes }) => {
    await nodes.add('n1', ['web']);
    const watched = rig.spawn([...nodes.through, 'ps', '--watch', '--json']);
    await watched.stdout.until(/"node":"n1"/);
    await nodes.add('n2', ['web']);
    await watched.stdout.until(/"node":"n2"/);
    expect(await watched.end('SIGINT')).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('gaffer scale through a lookupd, on a terminal', () => {
  test.for([
    ['y', 0, { n1: 3, n2: 3 }],
    ['n', 1, { n1: 1, n2: 1 }],
  ] as const)('says what it would mean and asks: %s', async ([answer, code, wanted], { rig, nodes }) => {
    await nodes.add('n1', ['web']);
    await nodes.add('n2', ['web']);
    const terminal = rig.terminal([...nodes.through, 'scale', 'web=3'], { columns: 120 });
    await terminal.output.until(/web=3 on 2 nodes: n1 from 1 to 3, n2 from 1 to 3; 6 in all\s+Do you want that\? /);
    terminal.type(`${answer}\r`);
    expect(await terminal.exit).toMatchObject({ code });
    expect(await nodes.wanted('web')).toEqual(wanted);
  });
});
