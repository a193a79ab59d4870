import { describe, expect, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Gafferd } from '../../support/gafferd.ts';
import { test } from '../../support/machine.ts';
import { becomes, peakMegabytes } from '../../support/processes.ts';
import { StoppableReader, WAYS } from '../../support/stoppable-reader.ts';

/** Megabytes that gafferd may grow by, however much is told to those who do not read. */
const GROWTH = 80;

const JOB = { os_env: true, redirect_input: true, redirect_output: ['out', 'out'] };

async function load(daemon: Gafferd, job: object): Promise<void> {
  expect((await daemon.ask('POST', '/jobs/test', { ...JOB, ...job })).status).toBe(200);
}

/** Counts the bytes of frames that come from a process. */
async function countFrames(daemon: Gafferd, path: string): Promise<{ readonly socket: WebSocket; bytes: number }> {
  const socket = new WebSocket((daemon.urls[0] ?? '').replace('http', 'ws') + path);
  onTestFinished(() => socket.terminate());
  const counted = { socket, bytes: 0 };
  socket.on('message', (frame: Buffer) => {
    counted.bytes += frame.length - frame.indexOf(0) - 1;
  });
  await new Promise((resolve) => socket.once('open', resolve));
  return counted;
}

describe('readers who stop reading', { timeout: 120_000 }, () => {
  test('a stream of 100 MB cost gafferd little, hold its process up for a moment, and lose nothing for the others', async ({ machine }) => {
    const daemon = await machine.start();
    await load(daemon, { name: 'big', cmd: `sh -c 'read x; head -c 100000000 /dev/zero | tr "\\\\0" x; echo the end; exec sleep 100'` });
    const url = daemon.urls[0] ?? '';
    const stopped = await Promise.all(WAYS.map((way) => StoppableReader.open(url, way)));
    await Promise.all(stopped.map((reader) => reader.subscribe('STREAM:1')));
    const dead = await countFrames(daemon, '/1/channel?mode=1');
    const good = await countFrames(daemon, '/1/channel?mode=1');
    const before = peakMegabytes(daemon.pid);
    for (const reader of stopped) {
      reader.stop();
    }
    dead.socket.pause();
    await daemon.ask('POST', '/streams/1/stdin', 'go\n');
    await becomes(() => good.bytes >= 100_000_000, 60_000);
    expect(good.bytes).toBeGreaterThanOrEqual(100_000_000);
    expect(peakMegabytes(daemon.pid) - before).toBeLessThan(GROWTH);
    for (const reader of stopped) {
      reader.resume();
    }
    await becomes(() => stopped.every((reader) => reader.dropped.length > 0 || reader.hasEnded), 20_000);
    expect(stopped.map((reader) => reader.dropped.length > 0 || reader.hasEnded)).toEqual(WAYS.map(() => true));
    dead.socket.resume();
    await becomes(() => dead.socket.readyState === WebSocket.CLOSED, 10_000);
    expect(dead.socket.readyState).toBe(WebSocket.CLOSED);
    expect(dead.bytes).toBeLessThan(100_000_000);
  });

  test('50,000 events cost gafferd little; they are told how many were left out, and the others get all in order', async ({ machine }) => {
    const daemon = await machine.start();
    await load(daemon, { name: 'many', cmd: 'sleep 1000', numprocesses: 50 });
    const url = daemon.urls[0] ?? '';
    const stopped = await Promise.all(WAYS.map((way) => StoppableReader.open(url, way)));
    const good = await Promise.all((['websocket', 'sockjs websocket'] as const).map((way) => StoppableReader.open(url, way)));
    await Promise.all([...stopped, ...good].map((reader) => reader.subscribe('EVENTS')));
    const before = peakMegabytes(daemon.pid);
    for (const reader of stopped) {
      reader.stop();
    }
    for (let round = 1; round <= 1000; round += 1) {
      await daemon.ask('POST', '/jobs/test/many/signal', { signal: 'CONT' });
      if (round % 100 === 0) {
        await becomes(() => good.every((reader) => reader.total === round * 51), 20_000); // the job's event and one for each process
      }
    }
    for (const { seqs, dropped } of good) {
      expect([seqs.length, dropped, seqs.findIndex((seq, index) => seq !== (seqs[0] ?? 0) + index)]).toEqual([51_000, [], -1]);
    }
    expect(peakMegabytes(daemon.pid) - before).toBeLessThan(GROWTH);
    for (const reader of stopped) {
      reader.resume();
    }
    await becomes(() => stopped.every((reader) => reader.hasEnded || reader.total === 51_000), 20_000);
    const ends = stopped.map(({ hasEnded, total, dropped }) => (hasEnded ? 'closed' : [total, dropped.length > 0]));
    expect(ends).toEqual([[51_000, true], [51_000, true], 'closed', 'closed', 'closed']);
  });
});
