import { describe, expect, it } from 'vitest';
import { JobTally } from '../../../src/api/metrics/job-tally.ts';
import type { GafferEvent, GafferEventBody } from '../../../src/job/event.ts';
import type { ProcessExit } from '../../../src/job/exit.ts';

let seq = 0;

function event(body: GafferEventBody): GafferEvent {
  seq += 1;
  return { ...body, seq, timeMs: 0 };
}

function spawn(slot: number): GafferEvent {
  return event({ type: 'spawn', name: 'shop.web', process: { pid: seq, osPid: 1, slot, committed: slot === 0 } });
}

function exit(how: ProcessExit, requested = false): GafferEvent {
  return event({ type: 'exit', name: 'shop.web', process: { pid: 1, osPid: 1, slot: 1, committed: false }, exit: how, requested, ranMs: 1 });
}

function noted(...events: readonly GafferEvent[]): JobTally {
  const tally = new JobTally('shop.web');
  events.forEach((one) => tally.note(one));
  return tally;
}

describe('of a job are counted', () => {
  it('starts, and those in the place of one before, whatever ended that; committed processes take nobody’s place', () => {
    const { spawns, restarts } = noted(spawn(1), spawn(2), spawn(1), spawn(1), spawn(0), spawn(0));
    expect([spawns, restarts]).toEqual([6, 2]);
  });

  it('the first processes of a job that is loaded again not as restarts', () => {
    const { spawns, restarts } = noted(spawn(1), event({ type: 'unload', name: 'shop.web' }), spawn(1));
    expect([spawns, restarts]).toEqual([2, 0]);
  });

  it.each<readonly [ProcessExit, boolean, string]>([
    [{ kind: 'code', code: 0 }, false, 'success'],
    [{ kind: 'code', code: 1 }, false, 'failure'],
    [{ kind: 'code', code: 143 }, true, 'failure'],
    [{ kind: 'signal', signal: 'SIGKILL' }, true, 'signal'],
    [{ kind: 'not_started', reason: 'command not found: x', code: 127 }, false, 'not_started'],
    [{ kind: 'unknown' }, false, 'unknown'],
  ])('ends, by how they came about: %j, requested: %s', (how, requested, outcome) => {
    const counted = noted(exit(how, requested), exit(how, requested)).exits.filter(({ count }) => count > 0);
    const labels = { session: 'shop', name: 'shop.web', requested: String(requested), outcome };
    expect(counted).toEqual([{ requested, outcome, labels, count: 2 }]);
  });

  it('ends of every kind that can be expected, from 0 on', () => {
    expect(noted().exits).toHaveLength(7);
    expect(noted().exits.every(({ count }) => count === 0)).toBe(true);
  });

  it('pauses and giving up', () => {
    const flap = event({ type: 'flap', name: 'shop.web', retry: 1, maxRetry: 2, pauseMs: 10 });
    const { flaps, giveUps } = noted(flap, flap, event({ type: 'give_up', name: 'shop.web', tail: new Uint8Array() }));
    expect([flaps, giveUps]).toEqual([2, 1]);
  });
});

describe('CPU time', () => {
  const used = (pid: number, slot: number, seconds: number | null): { pid: number; slot: number; cpu_seconds: number | null } => ({
    pid,
    slot,
    cpu_seconds: seconds,
  });

  it('adds up in a slot, whichever processes have been there', () => {
    const tally = noted();
    tally.noteCpu([used(1, 1, 5), used(2, 2, 1)]);
    tally.noteCpu([used(1, 1, 6), used(2, 2, 1)]);
    tally.noteCpu([used(3, 1, 0.5), used(2, 2, 1.5)]);
    expect([tally.slot(1).cpuSeconds, tally.slot(2).cpuSeconds, tally.slot(3).cpuSeconds, tally.cpuSeconds]).toEqual([6.5, 1.5, 0, 8]);
  });

  it('stays of slots that are empty now', () => {
    const tally = noted();
    tally.noteCpu([used(1, 1, 5)]);
    tally.noteCpu([]);
    expect([tally.slot(1).cpuSeconds, tally.cpuSeconds]).toEqual([5, 5]);
  });

  it('does not fall when the system tells nothing, or less', () => {
    const tally = noted();
    const sums = [5, null, 4, 6].map((seconds) => {
      tally.noteCpu([used(1, 1, seconds)]);
      return tally.cpuSeconds;
    });
    expect(sums).toEqual([5, 5, 5, 6]);
  });

  it('of several processes outside supervision is one sum', () => {
    const tally = noted();
    tally.noteCpu([used(1, 0, 1), used(2, 0, 2)]);
    tally.noteCpu([used(2, 0, 3), used(3, 0, 4)]);
    expect(tally.slot(0).cpuSeconds).toBe(8);
  });
});

describe('a job', () => {
  it('is known by its session and its full name', () => {
    expect(new JobTally('shop.web.one').labels).toEqual({ session: 'shop', name: 'shop.web.one' });
  });
});
