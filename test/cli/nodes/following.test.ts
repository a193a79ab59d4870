import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished } from 'vitest';
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

/** A way to a node on which everything can stand still. */
async function holdableWayTo(port: number): Promise<{ readonly url: string; hold(): void; release(): void }> {
  const ways: [Socket, Socket][] = [];
  let isHeld = false;
  const server = createServer((socket) => {
    const inside = connect(port, '127.0.0.1');
    ways.push([socket, inside]);
    for (const end of [socket, inside]) {
      end.on('error', () => undefined);
    }
    if (!isHeld) {
      socket.pipe(inside).pipe(socket);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const end of ways.flat()) {
      end.destroy();
    }
    server.close();
  });
  const each = (act: (socket: Socket, inside: Socket) => void): void => {
    for (const [socket, inside] of ways) {
      act(socket, inside);
    }
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: () => {
      isHeld = true;
      each((socket, inside) => {
        socket.unpipe(inside);
        inside.unpipe(socket);
      });
    },
    release: () => {
      isHeld = false;
      each((socket, inside) => void socket.pipe(inside).pipe(socket));
    },
  };
}

describe('gaffer logs -f of a node that hangs', () => {
  test('says so, and when it answers again', async ({ rig, nodes }) => {
    const node = await nodes.open('n1');
    await node.supervisor.load('shop', { name: 'web', cmd: SAYS, shell: true, os_env: true, redirect_output: ['out', 'err'] });
    const way = await holdableWayTo(node.port);
    await nodes.tell('n1', ['shop.web'], way.url);
    const followed = rig.spawn([...nodes.through, '--timeout', '1', 'logs', '-f']);
    await followed.stdout.until(/ n1 web \| begun/);
    way.hold();
    await followed.stderr.until(/gaffer: n1 does not answer any more: what it writes may come later\n/);
    way.release();
    await followed.stderr.until(/gaffer: n1 answers again\n/);
    expect(await followed.end('SIGINT')).toMatchObject({ code: 130 });
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
