import { describe, expect, it } from 'vitest';
import { Tallies } from '../../../src/api/metrics/tallies.ts';
import type { GafferEvent, GafferEventBody } from '../../../src/job/event.ts';

let seq = 0;

function event(body: GafferEventBody): GafferEvent {
  seq += 1;
  return { ...body, seq, timeMs: 0 };
}

function spawn(name: string): GafferEvent {
  return event({ type: 'spawn', name, process: { pid: seq, osPid: 1, slot: 1, committed: false } });
}

/** A job is loaded, starts a process and is unloaded. */
function comeAndGo(tallies: Tallies, name: string): void {
  tallies.note(event({ type: 'load', name }));
  tallies.note(spawn(name));
  tallies.note(event({ type: 'unload', name }));
}

describe('events', () => {
  it('are counted by their type, all types from 0 on', () => {
    const tallies = new Tallies();
    expect(new Set(Object.values(tallies.events))).toEqual(new Set([0]));
    comeAndGo(tallies, 'shop.web');
    tallies.note(spawn('shop.db'));
    expect(tallies.events).toMatchObject({ load: 1, unload: 1, spawn: 2, exit: 0 });
    expect(tallies.seq).toBe(seq);
  });

  it('are counted for each job', () => {
    const tallies = new Tallies();
    [spawn('shop.web'), spawn('shop.web'), spawn('shop.db')].forEach((one) => tallies.note(one));
    expect([tallies.of('shop.web').spawns, tallies.of('shop.db').spawns, tallies.of('shop.new').spawns]).toEqual([2, 1, 0]);
  });
});

describe('a job that comes again', () => {
  it('goes on counting where it was', () => {
    const tallies = new Tallies();
    comeAndGo(tallies, 'shop.web');
    comeAndGo(tallies, 'shop.web');
    expect(tallies.of('shop.web').spawns).toBe(2);
  });

  it('is remembered as long as not too many others have gone after it; a loaded one always', () => {
    const tallies = new Tallies();
    tallies.note(event({ type: 'load', name: 'shop.stays' }));
    tallies.note(spawn('shop.stays'));
    tallies.note(spawn('shop.was-there-before'));
    tallies.of('shop.was-there-before');
    comeAndGo(tallies, 'shop.web');
    for (let index = 0; index < 10_000; index += 1) {
      comeAndGo(tallies, `shop.job${index}`);
      if (index < 5000) {
        tallies.note(spawn('shop.web')); // a process that was started just before it was unloaded
        tallies.note(event({ type: 'unload', name: 'shop.web' }));
      }
    }
    expect(tallies.size).toBe(1002);
    expect(tallies.of('shop.stays').spawns).toBe(1);
    expect(tallies.of('shop.was-there-before').spawns).toBe(1);
    expect(tallies.of('shop.job9000').spawns).toBe(1);
    expect(tallies.of('shop.web').spawns).toBe(0);
  });

  it('that nobody has told of being loaded does not stay for ever either', () => {
    const tallies = new Tallies();
    for (let index = 0; index < 5000; index += 1) {
      tallies.note(spawn(`shop.job${index}`));
    }
    expect(tallies.size).toBe(1000);
  });
});
