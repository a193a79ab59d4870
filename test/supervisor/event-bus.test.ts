import { describe, expect, it } from 'vitest';
import type { GafferEvent } from '../../src/job/event.ts';
import { EventBus } from '../../src/supervisor/event-bus.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { takeWarnings } from '../support/warnings.ts';

function names(bus: EventBus): string[] {
  const seen: string[] = [];
  bus.listen((event) => seen.push(event.name));
  return seen;
}

function load(name: string): { readonly type: 'load'; readonly name: string } {
  return { type: 'load', name };
}

describe('an event', () => {
  it('carries its number and its time', async () => {
    const clock = new FakeClock();
    const bus = new EventBus(clock);
    const seen: GafferEvent[] = [];
    bus.listen((event) => seen.push(event));
    bus.publish(load('a'));
    await clock.advance(5);
    bus.publish(load('b'));
    expect(seen).toEqual([
      { type: 'load', name: 'a', seq: 1, timeMs: clock.wallTime() - 5 },
      { type: 'load', name: 'b', seq: 2, timeMs: clock.wallTime() },
    ]);
  });

  it('that a listener causes reaches every listener after the one that caused it', () => {
    const bus = new EventBus(new FakeClock());
    bus.listen((event) => {
      if (event.name === 'a') {
        bus.publish(load('b'));
        bus.publish(load('c'));
      }
    });
    const seen = names(bus);
    bus.publish(load('a'));
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('reaches the others when a listener throws, which is said in a warning, and that listener gets the next one', async () => {
    const bus = new EventBus(new FakeClock());
    const seen: string[] = [];
    bus.listen((event) => {
      seen.push(`bad ${event.name}`);
      throw new Error('oh');
    });
    bus.listen((event) => seen.push(event.name));
    bus.publish(load('a'));
    bus.publish(load('b'));
    expect(seen).toEqual(['bad a', 'a', 'bad b', 'b']);
    const warnings = await takeWarnings();
    expect(warnings.map((warning) => warning.message)).toEqual(['a listener of events failed: oh', 'a listener of events failed: oh']);
  });
});

describe('a listener', () => {
  it('that is added twice is called twice, and each can be removed alone', () => {
    const bus = new EventBus(new FakeClock());
    const seen: string[] = [];
    const listener = (event: GafferEvent): void => void seen.push(event.name);
    const first = bus.listen(listener);
    bus.listen(listener);
    bus.publish(load('a'));
    first();
    first();
    bus.publish(load('b'));
    expect(seen).toEqual(['a', 'a', 'b']);
  });

  it('hears nothing any more once it is removed, not even the event that is being told', () => {
    const bus = new EventBus(new FakeClock());
    const seen: string[] = [];
    bus.listen(() => remove());
    const remove = bus.listen((event) => seen.push(event.name));
    bus.publish(load('a'));
    expect(seen).toEqual([]);
  });

  it('hears no event from before it was added', () => {
    const bus = new EventBus(new FakeClock());
    const seen: string[] = [];
    bus.listen((event) => {
      if (event.name === 'a') {
        bus.publish(load('b'));
        bus.listen((later) => seen.push(later.name));
        bus.publish(load('c'));
      }
    });
    bus.publish(load('a'));
    expect(seen).toEqual(['c']);
  });
});
