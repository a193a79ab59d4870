import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GafferEvent } from '../../src/job/event.ts';
import { frameMessage } from '../../src/keeper/frame.ts';
import { encodeItems } from '../../src/keeper/message.ts';
import type { Operation } from '../../src/keeper/protocol.ts';
import { systemClock } from '../../src/supervisor/clock.ts';
import type { JournalEntry } from '../../src/supervisor/host.ts';
import { KeeperSite, Watched } from '../support/keeper-site.ts';
import { becomes, runs } from '../support/processes.ts';

const PATIENCE_MS = 10_000;

function event(seq: number): GafferEvent {
  return { type: 'load', name: 'default.web', seq, timeMs: seq };
}

/** A gafferd that speaks for itself: what it says can be cut off. */
async function rawVisit(
  site: KeeperSite,
  operations: readonly Operation[],
): Promise<{ readonly message: Buffer; send(bytes: Buffer): void; end(): void }> {
  const sockets = [0, 1].map(() => connect(join(site.folder, 'keeper.sock')));
  onTestFinished(() => sockets.forEach((socket) => void socket.destroy()));
  const [commands, news] = sockets;
  const answered = new Promise((resolve) => news?.once('data', resolve));
  for (const [socket, role] of [[commands, 'commands'] as const, [news, 'news'] as const]) {
    socket?.write(frameMessage(Buffer.from(JSON.stringify({ protocol: 1, visit: 'raw', role, waitMs: 20_000 }))));
  }
  await answered;
  return { message: frameMessage(encodeItems(operations)), send: (bytes) => void commands?.write(bytes), end: () => void commands?.end() };
}

describe('what a gafferd has noted', () => {
  it('is there for the next one: events, notes, how it stands with processes', async () => {
    const site = new KeeperSite();
    const first = await site.open();
    const child = await Watched.start(first, site.request('sleep 100'));
    const tail = Buffer.from([0, 255, 10, 128]);
    const entries: JournalEntry[] = [
      { kind: 'event', event: event(1) },
      { kind: 'event', event: { type: 'give_up', name: 'default.web', tail, seq: 2, timeMs: 2 } },
      { kind: 'note', name: 'b', value: { text: 'ü "quoted"', list: [1, null] } },
      { kind: 'note', name: 'a', value: 'first' },
      { kind: 'note', name: 'gone', value: 1 },
    ];
    first.journal.keep(entries);
    first.journal.keep([
      { kind: 'note', name: 'a', value: 'second' },
      { kind: 'note', name: 'gone', value: undefined },
      { kind: 'process', id: 1, state: { restarts: 4 } },
    ]);
    first.close();
    const second = await site.open({ runId: 'another-run' });
    expect([second.runId, second.legacy?.runId]).toEqual([site.runId, site.runId]);
    expect(second.legacy?.events).toEqual([event(1), { type: 'give_up', name: 'default.web', tail, seq: 2, timeMs: 2 }]);
    expect([...(second.legacy?.notes ?? [])]).toEqual([
      ['b', { text: 'ü "quoted"', list: [1, null] }],
      ['a', 'second'],
    ]);
    expect(second.legacy?.processes.map(({ id, state, process }) => [id, state, process.osPid])).toEqual([[1, { restarts: 4 }, child.process.osPid]]);
  });

  it('is never forgotten but for the oldest events', async () => {
    const site = new KeeperSite();
    const first = await site.open();
    for (let seq = 1; seq <= 10_000; seq += 1) {
      first.journal.keep([
        { kind: 'event', event: event(seq) },
        { kind: 'note', name: 'last', value: seq },
      ]);
    }
    first.close();
    const { legacy } = await site.open();
    const numbers = (legacy?.events ?? []).map(({ seq }) => seq);
    expect(numbers).toEqual(Array.from(numbers, (_, index) => 10_001 - numbers.length + index));
    expect(numbers.length).toBeGreaterThanOrEqual(4096);
    expect(legacy?.notes.get('last')).toBe(10_000);
  });

  it('is kept when the call returns, however much it is', async () => {
    const site = new KeeperSite();
    const first = await site.open();
    const value = 'x'.repeat(20_000_000);
    first.journal.keep([
      { kind: 'note', name: 'large', value },
      { kind: 'event', event: event(1) },
    ]);
    first.close();
    const second = await site.open();
    expect(second.legacy?.notes.get('large') === value).toBe(true);
    expect(second.legacy?.events).toHaveLength(1);
  });

  it('is kept wholly or, if it was cut off, not at all', async () => {
    const site = new KeeperSite();
    (await site.open()).close();
    const note = (name: string, text: string): Operation => ({ op: 'note', name, bytes: Buffer.from(JSON.stringify(text)) });
    const operations = [note('a', 'new'), { op: 'event', bytes: Buffer.from(JSON.stringify(event(1))) } as const, note('b', 'new')];
    for (const missing of [1, 10, 100]) {
      const visit = await rawVisit(site, operations);
      visit.send(visit.message.subarray(0, -missing));
      visit.end();
      const host = await site.open();
      expect([host.legacy?.notes.size, host.legacy?.events]).toEqual([0, []]);
      host.close();
    }
    const whole = await rawVisit(site, operations);
    whole.send(whole.message);
    whole.end();
    const host = await site.open();
    expect([host.legacy?.notes.get('a'), host.legacy?.notes.get('b'), host.legacy?.events.length]).toEqual(['new', 'new', 1]);
  });
});

describe('processes of a gafferd that was killed', () => {
  it('go on, and are handed over with the end of what they have written', async () => {
    const site = new KeeperSite();
    const first = await site.open();
    const before = await Watched.start(first, site.request('echo before; read line; echo "got $line"; exit 7', { input: true }));
    await before.untilTail('before\n');
    first.close();
    const second = await site.open();
    const found = second.legacy?.processes[0];
    expect([found?.id, found?.state, found?.exit, found?.process.osPid]).toEqual([1, undefined, undefined, before.process.osPid]);
    const child = Watched.follow(second, found);
    expect([child.stream().tail().toString(), child.stream().offset]).toEqual(['before\n', 7]);
    expect(Math.abs((child.stream().tailLines()[0]?.timeMs ?? 0) - Date.now())).toBeLessThan(PATIENCE_MS);
    second.legacy?.begin();
    await child.stream('stdin').write('it\n');
    expect((await child.exit).exit).toEqual({ kind: 'code', code: 7 });
    expect(child.text()).toBe('got it\n');
  });

  it('are found with how and when they have ended meanwhile, until nobody asks any more', async () => {
    const site = new KeeperSite();
    const first = await site.open();
    const [code, signal] = await Promise.all(
      ['read line; exit 9', 'read line; kill -9 $$'].map((script) => Watched.start(first, site.request(script, { input: true }))),
    );
    const before = systemClock.now();
    const osPids = [code, signal].map((child) => child?.process.osPid ?? 0);
    const writes = [code, signal].map(async (child) =>
      child
        ?.stream('stdin')
        .write('\n')
        .catch(() => undefined),
    );
    first.close();
    await Promise.all(writes);
    expect(await becomes(() => !osPids.some(runs), PATIENCE_MS)).toBe(true);
    const second = await site.open();
    const found = second.legacy?.processes ?? [];
    expect(found.map(({ exit }) => exit?.exit)).toEqual([
      { kind: 'code', code: 9 },
      { kind: 'signal', signal: 'SIGKILL' },
    ]);
    expect(found.every(({ exit }) => (exit?.atMs ?? 0) > before && (exit?.atMs ?? 0) < systemClock.now())).toBe(true);
    second.journal.keep(found.map(({ id }) => ({ kind: 'forget', id })));
    second.close();
    expect((await site.open()).legacy?.processes).toEqual([]);
  });

  it('are all started that it has asked for, even if it was not told so', async () => {
    const site = new KeeperSite();
    const first = await site.open();
    for (let count = 0; count < 40; count += 1) {
      first.start(site.request('exec sleep 100'), { started: () => undefined, exited: () => undefined });
    }
    first.close();
    const { legacy } = await site.open();
    expect(legacy?.processes).toHaveLength(40);
    expect(legacy?.processes.every(({ process }) => runs(process.osPid ?? 0))).toBe(true);
  });

  it('are handed over to one gafferd only', async () => {
    const site = new KeeperSite();
    const first = await site.open();
    await Watched.start(first, site.request('sleep 100'));
    await expect(site.open({ waitMs: 100 })).rejects.toMatchObject({ code: 'already_running' });
    const late = site.open();
    first.close();
    expect((await late).legacy?.processes).toHaveLength(1);
  });

  it('that have all been ended leave nobody to wait for, and the next gafferd gets a keeper of its own', async () => {
    const site = new KeeperSite();
    const first = await site.open();
    const pid = site.keeperPid;
    const late = site.open({ runId: 'another-run' });
    await first.finish();
    const second = await late;
    expect([second.runId, second.legacy]).toEqual(['another-run', undefined]);
    expect(site.keeperPid).not.toBe(pid);
  });

  it('can close their outputs without being taken for ended', async () => {
    const site = new KeeperSite();
    const first = await site.open();
    const child = await Watched.start(first, site.request('exec >&- 2>&-; read line; exit 4', { input: true }));
    await Promise.all([child.end(), child.end('stderr')]);
    first.close();
    const second = await site.open();
    const found = Watched.follow(second, second.legacy?.processes[0]);
    expect([found.stream().hasEnded, found.stream('stderr').hasEnded, found.stream('stdin').hasEnded]).toEqual([true, true, false]);
    second.legacy?.begin();
    await found.stream('stdin').write('\n');
    expect((await found.exit).exit).toEqual({ kind: 'code', code: 4 });
  });

  it('can be a hundred', async () => {
    const site = new KeeperSite();
    const first = await site.open();
    const script = 'echo $0; read line; echo $line; exit 2';
    await Promise.all(Array.from({ length: 100 }, () => Watched.start(first, site.request(script, { input: true }))));
    first.close();
    const second = await site.open();
    const found = (second.legacy?.processes ?? []).map((process) => Watched.follow(second, process));
    second.legacy?.begin();
    await Promise.all(found.map(async (child, index) => child.stream('stdin').write(`${index}\n`)));
    const exits = await Promise.all(found.map(async (child) => (await child.exit).exit));
    expect(exits).toEqual(Array.from({ length: 100 }, () => ({ kind: 'code', code: 2 })));
    expect(found.map((child) => child.stream().tail().toString())).toEqual(found.map((_, index) => `sh\n${index}\n`));
  });
});
