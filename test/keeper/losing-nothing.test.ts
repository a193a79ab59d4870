import { describe, expect, it } from 'vitest';
import type { KeeperHost } from '../../src/keeper/keeper-host.ts';
import type { HostedProcess } from '../../src/supervisor/host.ts';
import type { ChildStream } from '../../src/supervisor/streams.ts';
import { KeeperSite, Watched } from '../support/keeper-site.ts';

/** Writes numbered lines, as many and as fast as it can. */
const COUNTER = 'exec seq 1 300000';
const LINES = Array.from({ length: 300_000 }, (_, index) => `${index + 1}\n`).join('');

/** Somebody who follows a stream over one gafferd after the other: he asks for what is behind the last that he has got. */
class Follower {
  #text: string;
  readonly #chunks: string[] = [];

  constructor(text = '') {
    this.#text = text;
  }

  get offset(): number {
    return this.text.length;
  }

  get text(): string {
    this.#text += this.#chunks.splice(0).join('');
    return this.#text;
  }

  /** @param from where he is */
  follow(stream: ChildStream): void {
    const kept = stream.tailSince(this.offset);
    expect(stream.offset - kept.length, 'what he has not got is kept').toBe(this.offset);
    this.#chunks.push(kept.toString('latin1'));
    stream.onData((chunk) => this.#chunks.push(chunk.toString('latin1')));
  }
}

async function pause(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('output', () => {
  it.each([
    ['at once', 0],
    ['a moment later', 3],
    ['in the middle', 40],
  ])('is neither lost nor doubled when gafferd is killed %s, again and again', async (_, turns) => {
    const site = new KeeperSite();
    const follower = new Follower();
    let host: KeeperHost = await site.open();
    await new Promise<void>((resolve) => {
      const started = ({ streams }: HostedProcess): void => {
        follower.follow(streams.get('stdout') as ChildStream);
        resolve();
      };
      host.start(site.request(COUNTER), { started, exited: () => undefined });
    });
    for (let round = 0; round < 12; round += 1) {
      await pause(turns);
      host.close();
      host = await site.open();
      const [found] = host.legacy?.processes ?? [];
      follower.follow(found?.process.streams.get('stdout') as ChildStream);
      host.legacy?.begin();
    }
    const { stream } = await lastOf(site, host, follower);
    expect(stream.offset).toBe(LINES.length);
    expect(follower.text === LINES).toBe(true);
  });

  it('waits in the process, as with a slow reader, while no gafferd is there', async () => {
    const site = new KeeperSite();
    const first = await site.open();
    await Watched.start(first, site.request('head -c 50000000 /dev/zero; echo end'));
    first.close();
    const second = await site.open();
    const child = Watched.follow(second, second.legacy?.processes[0]);
    expect(child.stream().offset).toBeLessThan(50_000_000);
    second.legacy?.begin();
    await child.untilTail('end\n');
    await child.exit;
    expect(child.stream().offset).toBe(50_000_004);
  });

  it('of one process goes on while another one is held, and that misses nothing', async () => {
    const site = new KeeperSite();
    const host = await site.open();
    const [held, other] = await Promise.all([
      Watched.start(host, site.request(COUNTER)),
      Watched.start(host, site.request('read go; head -c 10000000 /dev/zero', { input: true })),
    ]);
    const release = held.stream().hold();
    const atHold = held.stream().offset;
    await other.stream('stdin').write('go\n');
    await other.exit;
    await other.end();
    expect([other.stream().offset, held.stream().offset]).toEqual([10_000_000, atHold]);
    release();
    await held.end();
    expect(held.text() === LINES).toBe(true);
  });

  it('that was under way to somebody who holds it is not lost when gafferd is killed', async () => {
    const site = new KeeperSite();
    const first = await site.open();
    const child = await Watched.start(first, site.request(COUNTER));
    await new Promise((resolve) => void child.stream().onData(resolve));
    child.stream().hold();
    const follower = new Follower();
    const got = child.bytes().toString('latin1');
    await pause(50);
    first.close();
    const second = await site.open();
    const stream = second.legacy?.processes[0]?.process.streams.get('stdout') as ChildStream;
    expect(got + stream.tailSince(got.length).toString('latin1')).toBe(LINES.slice(0, stream.offset));
    follower.follow(stream);
    second.legacy?.releaseRetained();
    second.legacy?.begin();
    await new Promise<void>((resolve) => void stream.onEnd(resolve));
    expect(follower.text === LINES).toBe(true);
    expect(stream.tail()).toHaveLength(16 * 1024);
  });

  it('that a slow reader has not got is kept, however much others write meanwhile', async () => {
    const site = new KeeperSite();
    const first = await site.open();
    const slow = await Watched.start(first, site.request(COUNTER));
    await new Promise((resolve) => void slow.stream().onData(resolve));
    slow.stream().hold();
    const got = slow.bytes().toString('latin1');
    const other = await Watched.start(first, site.request('head -c 30000000 /dev/zero'));
    await other.end();
    first.close();
    for (const again of [false, true]) {
      const next = await site.open();
      const stream = next.legacy?.processes[0]?.process.streams.get('stdout') as ChildStream;
      expect(stream.offset).toBeGreaterThan(got.length);
      expect(got + stream.tailSince(got.length).toString('latin1')).toBe(LINES.slice(0, stream.offset));
      if (again) {
        const follower = new Follower(got);
        follower.follow(stream);
        next.legacy?.begin();
        await lastOf(site, next, follower);
        expect(follower.text === LINES).toBe(true);
      }
      next.close();
    }
  });

  it('goes only as far as somebody takes it', async () => {
    const site = new KeeperSite();
    const host = await site.open();
    const child = await Watched.start(host, site.request('head -c 30000000 /dev/zero; echo end'));
    for (let release = child.stream().hold(); !child.stream().hasEnded; release = child.stream().hold()) {
      const { offset } = child.stream();
      release();
      await new Promise<void>((resolve) => {
        const forget = child.stream().onData(() => {
          forget();
          resolve();
        });
        child.stream().onEnd(resolve);
      });
      expect(child.stream().offset - offset).toBeLessThan(8 * 1024 * 1024);
    }
    expect((await child.exit).exit).toEqual({ kind: 'code', code: 0 });
    expect(child.stream().offset).toBe(30_000_004);
  });
});

async function lastOf(site: KeeperSite, host: KeeperHost, follower: Follower): Promise<{ readonly stream: ChildStream }> {
  const stream = host.legacy?.processes[0]?.process.streams.get('stdout') as ChildStream;
  await new Promise<void>((resolve) => void stream.onEnd(resolve));
  expect([site.lost, follower.offset]).toEqual([[], stream.offset]);
  return { stream };
}
