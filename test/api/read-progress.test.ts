import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ReadProgress, waitingBytes } from '../../src/api/read-progress.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

/** A line of /proc/net/tcp: addresses and ports, what waits to be confirmed and to be read. */
function line(from: string, to: string, sent: number, received: number): string {
  const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0');
  return `   3: ${from} ${to} 01 ${hex(sent)}:${hex(received)} 01:00000014 00000000     0        0 123 2 0000000000000000 20 4 30 10 -1`;
}

const OWN = '0100007F:1388';
const OTHER = '0100007F:D431';
const PORTS = { local: 5000, remote: 54_321 };

describe('what waits for the other end of a connection', () => {
  it.each<[string, readonly string[], ReturnType<typeof waitingBytes>]>([
    ['is what it has not confirmed and has not read', [line(OWN, OTHER, 1000, 7), line(OTHER, OWN, 3, 20_000)], { bytes: 21_000, isWhole: true }],
    ['is what it has not confirmed where it is somewhere else', [line(OWN, OTHER, 1000, 0)], { bytes: 1000, isWhole: false }],
    [
      'is found in the list of IPv6 too',
      ['', HEAD, line('0000000000000000FFFF00000100007F:1388', OTHER, 4096, 0), line(OTHER, OWN, 0, 1)],
      { bytes: 4097, isWhole: true },
    ],
    ['is not known when nothing is listed', [], undefined],
    ['is not known when others are listed', [line('0100007F:1389', OTHER, 1, 1), line(OTHER, '0100007F:1389', 1, 1)], undefined],
    ['is not known when two have the same ports', [line(OWN, OTHER, 1, 1), line(OWN, '0200007F:D431', 1, 1)], undefined],
  ])('%s', (_, lines, found) => {
    expect(waitingBytes([HEAD, ...lines].join('\n'), PORTS)).toEqual(found);
  });
});

/** Reads the lists that a test gives. */
function progressOf(...lists: readonly (readonly string[])[]): ReadProgress {
  const left = [...lists];
  return new ReadProgress({ localPort: 5000, remotePort: 54_321 }, () => [HEAD, ...(left.shift() ?? [])].join('\n'));
}

describe('whether the other end reads', () => {
  const here = (sent: number, unread: number): string[] => [line(OWN, OTHER, sent, 0), line(OTHER, OWN, 0, unread)];
  const elsewhere = (sent: number): string[] => [line(OWN, OTHER, sent, 0)];

  it.each<[string, readonly (readonly string[])[], readonly (boolean | undefined)[]]>([
    ['is not known at first', [here(5, 5)], [undefined]],
    ['is known when less waits', [here(5, 5), here(5, 4)], [undefined, true]],
    ['is known when more waits: there was room', [here(5, 5), here(6, 5)], [undefined, true]],
    ['is known when the same waits', [here(5, 5), here(5, 5)], [undefined, false]],
    ['is what was since the last look', [here(5, 5), here(5, 4), here(5, 4)], [undefined, true, false]],
    ['is not known of another machine when the same waits', [elsewhere(5), elsewhere(5)], [undefined, undefined]],
    ['is known of another machine when less waits', [elsewhere(5), elsewhere(4)], [undefined, true]],
    ['is not known any more when it is gone from the list', [here(5, 5), [], here(5, 5)], [undefined, undefined, undefined]],
  ])('%s', (_, lists, answers) => {
    const progress = progressOf(...lists);
    expect(lists.map(() => progress.hasTaken())).toEqual(answers);
  });

  it.each<[string, readonly { bytesWritten: number; writableLength?: number; list: readonly string[] }[], readonly (boolean | undefined)[]]>([
    [
      'is not known of another machine that gets more and more, and confirms nothing',
      [
        { bytesWritten: 100, list: elsewhere(2) },
        { bytesWritten: 102, list: elsewhere(4) },
        { bytesWritten: 104, list: elsewhere(6) },
      ],
      [undefined, undefined, undefined],
    ],
    [
      'is not what a program gets that is stopped',
      [
        { bytesWritten: 100, list: here(0, 2) },
        { bytesWritten: 102, list: here(2, 2) },
      ],
      [undefined, false],
    ],
    [
      'is known when more waits, but not as much as was written since',
      [
        { bytesWritten: 100, list: elsewhere(10) },
        { bytesWritten: 200, list: elsewhere(60) },
      ],
      [undefined, true],
    ],
    [
      'is known when more waits behind a backlog: there was room',
      [
        { bytesWritten: 1000, writableLength: 500, list: here(5, 5) },
        { bytesWritten: 2000, writableLength: 1400, list: here(5, 6) },
      ],
      [undefined, true],
    ],
    [
      'is known when a backlog is gone',
      [
        { bytesWritten: 1000, writableLength: 500, list: here(5, 5) },
        { bytesWritten: 1000, writableLength: 0, list: here(5, 5) },
      ],
      [undefined, true],
    ],
  ])('%s', (_, looks, answers) => {
    const socket = { localPort: 5000, remotePort: 54_321, bytesWritten: 0, writableLength: 0 };
    let list: readonly string[] = [];
    const progress = new ReadProgress(socket, () => [HEAD, ...list].join('\n'));
    const said = looks.map(({ bytesWritten, writableLength = 0, list: next }) => {
      Object.assign(socket, { bytesWritten, writableLength });
      list = next;
      return progress.hasTaken();
    });
    expect(said).toEqual(answers);
  });

  it('is not known without a TCP connection', () => {
    expect(new ReadProgress(undefined).hasTaken()).toBeUndefined();
    expect(new ReadProgress({}).hasTaken()).toBeUndefined();
  });

  // nothing but Linux has /proc/net/tcp
  it.skipIf(process.platform !== 'linux')('is not shown by what it is asked', async () => {
    const { socket } = await connection();
    const progress = new ReadProgress(socket);
    const looks: (boolean | undefined)[] = [];
    for (let count = 0; count < 5; count += 1) {
      looks.push(progress.hasTaken());
      await new Promise<void>((resolve) => socket.write('are you there?', () => resolve()));
    }
    expect(looks.slice(1)).toEqual([false, false, false, false]);
  });

  // nothing but Linux has /proc/net/tcp
  it.skipIf(process.platform !== 'linux')('is told of a real connection', async () => {
    const { socket, reader } = await connection();
    socket.write(Buffer.alloc(32 * 1024 * 1024));
    const progress = new ReadProgress(socket);
    let last = progress.hasTaken();
    while (last !== false) {
      await new Promise((resolve) => setTimeout(resolve, 50)); // until the system takes no more
      last = progress.hasTaken();
    }
    reader.resume();
    reader.once('data', () => reader.pause());
    await new Promise((resolve) => reader.once('data', resolve));
    expect(progress.hasTaken()).toBe(true);
  });
});

/** Both ends of a TCP connection; `reader` does not read. */
async function connection(): Promise<{ readonly socket: Socket; readonly reader: Socket }> {
  const server = createServer({ pauseOnConnect: true });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const reader = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
  const socket = await accepted;
  onTestFinished(() => {
    socket.destroy();
    reader.destroy();
    server.close();
  });
  return { socket, reader };
}
