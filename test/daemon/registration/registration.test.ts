import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Inventory } from '../../../src/daemon/registration/inventory.ts';
import { LookupJournal } from '../../../src/daemon/registration/journal.ts';
import { pauseMsAfter, timesOf } from '../../../src/daemon/registration/pauses.ts';
import { Registration } from '../../../src/daemon/registration/registration.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { wordsOf } from '../../support/fake-lookupd.ts';
import { PaperLinks } from './rig.ts';

const BEAT_MS = 15_000;

/** A registration at a lookupd on paper. */
class Rig {
  readonly clock = new FakeClock();
  readonly links = new PaperLinks();
  readonly log: string[] = [];
  readonly registration = new Registration({
    address: 'http://me:pa55@lookup:5010',
    identity: { name: 'node1', origin: 'http://node1:5000', generation: 7 },
    inventory: new Inventory(),
    openLink: this.links.open,
    journal: new LookupJournal(
      'http://me:pa55@lookup:5010',
      { info: (line) => this.log.push(line), warning: (line) => this.log.push(`! ${line}`) },
      this.clock,
    ),
    clock: this.clock,
    times: timesOf(BEAT_MS),
    random: () => 0.999_999,
  });

  /** The lookupd is reached, and takes everything. */
  connect(): void {
    this.links.last.listener.onOpen();
    this.links.last.answerAll();
  }

  lose(reason = 'the connection was cut'): void {
    this.links.last.listener.onEnd(reason);
  }
}

const TIRED = 'it is tried again and again';
const AT = 'the lookupd http://***@lookup:5010';

describe('the times of a registration', () => {
  it.each([
    [1, 2000, 667],
    [3, 2000, 2000],
    [6, 4000, 4000],
    [15, 10_000, 10_000],
    [60, 10_000, 10_000],
  ])('with a heartbeat of %d s a try may hang for %d ms, and a pause is %d ms at most', (seconds, connectMs, longestPauseMs) => {
    const times = timesOf(seconds * 1000);
    expect({ ...times, longestPauseMs: Math.round(times.longestPauseMs) }).toEqual({
      beatMs: seconds * 1000,
      steadyMs: seconds * 1000,
      connectMs,
      longestPauseMs,
    });
  });

  it('leave a lookupd alone for less than two heartbeats, in whatever moment it comes back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2000, max: 3_600_000 }), (beatMs) => {
        const { connectMs, longestPauseMs } = timesOf(beatMs);
        expect(connectMs + longestPauseMs).toBeLessThan(2 * beatMs);
      }),
    );
  });
});

describe('pauses', () => {
  it.each([
    [1, 0.5, 1],
    [2, 1, 2],
    [3, 2, 4],
    [4, 4, 8],
    [5, 5, 10],
    [1000, 5, 10],
  ])('after try %i there are from %d to %d seconds', (tries, from, to) => {
    expect(pauseMsAfter(tries, 0)).toBe(from * 1000);
    expect(pauseMsAfter(tries, 1)).toBe(to * 1000);
  });

  it('never leave a lookupd alone for more than a heartbeat', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (tries, random) => {
        expect(pauseMsAfter(tries, random)).toBeGreaterThanOrEqual(500);
        expect(pauseMsAfter(tries, random)).toBeLessThan(BEAT_MS);
      }),
    );
  });
});

describe('a registration', () => {
  it('connects at once, and is connected when the lookupd has everything', () => {
    const rig = new Rig();
    const who = { address: 'http://***@lookup:5010', name: 'node1', origin: 'http://node1:5000' };
    const since = rig.clock.wallTime() / 1000;
    expect(rig.registration.info).toEqual({ ...who, state: 'connecting', since, last_error: null, jobs: 0, processes: 0 });
    rig.links.last.listener.onOpen();
    expect(rig.registration.info.state).toBe('connecting');
    rig.links.last.answerAll();
    expect(rig.registration.info).toEqual({ ...who, state: 'connected', since, last_error: null, jobs: 0, processes: 0 });
    expect(rig.log).toEqual([`registered with ${AT}: 0 jobs, 0 processes`]);
  });

  it('begins anew after a loss, with pauses that grow until it has gone well for a while', async () => {
    const rig = new Rig();
    const pauses: number[] = [];
    for (let tries = 0; tries < 6; tries += 1) {
      rig.lose('nobody listens there');
      const count = rig.links.all.length;
      let waitedMs = 0;
      for (; rig.links.all.length === count; waitedMs += 500) {
        await rig.clock.advance(500);
      }
      pauses.push(waitedMs / 1000);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 10, 10]);
    rig.connect();
    rig.lose();
    await rig.clock.advance(9000);
    expect(rig.links.all).toHaveLength(7);
    await rig.clock.advance(1000);
    expect(rig.links.all).toHaveLength(8);
    rig.connect();
    await rig.clock.advance(15_000);
    rig.lose();
    await rig.clock.advance(1000);
    expect(rig.links.all).toHaveLength(9);
  });

  it('gives up a lookupd that does not answer within 10 s, wherever it hangs', async () => {
    const rig = new Rig();
    await rig.clock.advance(9999);
    expect(rig.links.last.isBrokenOff).toBe(false);
    await rig.clock.advance(1);
    expect(rig.links.last.isBrokenOff).toBe(true);
    expect(rig.registration.info).toMatchObject({ state: 'waiting', last_error: 'it has not answered within 10 s' });
    await rig.clock.advance(1000);
    rig.links.last.listener.onOpen();
    await rig.clock.advance(10_000);
    expect(rig.links.last.sent.map(wordsOf)).toEqual(['IDENTIFY']);
    expect(rig.links.last.isBrokenOff).toBe(true);
  });

  it('gives up one that is silent, and one that answers nonsense', async () => {
    const rig = new Rig();
    rig.connect();
    await rig.clock.advance(3 * BEAT_MS);
    expect(rig.links.last.isBrokenOff).toBe(true);
    expect(rig.registration.info).toMatchObject({ state: 'waiting', last_error: 'it has not answered for 30 s' });
    await rig.clock.advance(1000);
    rig.links.last.listener.onOpen();
    rig.links.last.listener.onMessage('<html>');
    expect(rig.links.all[1]?.isBrokenOff).toBe(true);
    expect(rig.registration.info.last_error).toBe('it answers what no lookupd does: "<html>"');
  });

  it('logs what has changed, not each try', async () => {
    const rig = new Rig();
    for (let tries = 0; tries < 5; tries += 1) {
      rig.lose('nobody listens there');
      await rig.clock.advance(10_000);
    }
    rig.lose('it asks for a key');
    await rig.clock.advance(10_000);
    rig.connect();
    await rig.clock.advance(1000);
    rig.lose();
    await rig.clock.advance(10_000);
    expect(rig.log).toEqual([
      `! can't register with ${AT}: nobody listens there; ${TIRED}`,
      `! can't register with ${AT}: it asks for a key; ${TIRED}`,
      `registered with ${AT}: 0 jobs, 0 processes`,
      `! ${AT} is lost: the connection was cut; ${TIRED}`,
    ]);
  });

  it('does not fill the log where a lookupd comes and goes all the time', async () => {
    const rig = new Rig();
    for (let at = 0; at < 20; at += 1) {
      rig.connect();
      await rig.clock.advance(100);
      rig.lose();
      await rig.clock.advance(10_000);
    }
    expect(rig.log.length).toBeLessThanOrEqual(2 * 5);
    expect(rig.registration.info.last_error).toBe('the connection was cut');
  });

  it('tries at once when it is told to hurry, and only where it waits', async () => {
    const rig = new Rig();
    rig.registration.hurry();
    expect(rig.links.all).toHaveLength(1);
    rig.lose();
    rig.registration.hurry();
    expect(rig.links.all).toHaveLength(2);
    rig.connect();
    rig.registration.hurry();
    await rig.clock.advance(5000);
    expect(rig.links.all).toHaveLength(2);
  });

  it.each<readonly [when: string, before: (rig: Rig) => void]>([
    ['connects', () => undefined],
    ['identifies itself', (rig) => rig.links.last.listener.onOpen()],
    ['is connected', (rig) => rig.connect()],
    ['waits', (rig) => rig.lose()],
  ])('leaves nothing behind when it is closed while it %s', async (when, before) => {
    const rig = new Rig();
    before(rig);
    await rig.registration.close();
    expect(rig.clock.pending).toBe(0);
    expect(rig.links.last.isClosed).toBe(when !== 'waits');
    await rig.clock.advance(100_000);
    expect(rig.links.all).toHaveLength(1);
  });
});
