import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Occupant, type Plan, reconcile } from '../../src/job/reconcile.ts';

function instances(text: string): readonly Occupant[] {
  const states = { u: 'up', l: 'leaving', r: 'replaced' } as const;
  return text.split(' ').flatMap((part) => {
    const state = states[part.charAt(0) as keyof typeof states];
    return part === '' ? [] : [{ state, slot: Number(part.slice(1)) }];
  });
}

function slots(occupants: readonly Occupant[]): readonly number[] {
  return occupants.map((occupant) => occupant.slot);
}

describe('what has to happen', () => {
  it.each([
    { wanted: 2, there: '', start: [1, 2], stop: [], release: [] },
    { wanted: 2, there: 'u1 u2', start: [], stop: [], release: [] },
    { wanted: 3, there: 'u1 u3', start: [2], stop: [], release: [] },
    { wanted: 1, there: 'u3 u1 u2', start: [], stop: [3, 1], release: [] },
    { wanted: 0, there: 'u1 u2', start: [], stop: [1, 2], release: [] },
    { wanted: 2, there: 'u1 l2', start: [3], stop: [], release: [] },
    { wanted: 2, there: 'u1 r2', start: [], stop: [], release: [] },
    { wanted: 1, there: 'u1 r2', start: [], stop: [], release: [2] },
    { wanted: 1, there: 'u1 u3 r2', start: [], stop: [1], release: [2] },
    { wanted: 1, there: 'r1 r2', start: [], stop: [], release: [2] },
    { wanted: 2, there: 'r3 r1 r4 r2', start: [], stop: [], release: [4, 3] },
    { wanted: 0, there: 'l1 l2', start: [], stop: [], release: [] },
  ])('wanted $wanted with "$there": start $start, stop $stop, release $release', ({ wanted, there, start, stop, release }) => {
    const plan = reconcile(wanted, instances(there));
    expect({ start: plan.start, stop: slots(plan.stop), release: slots(plan.release) }).toEqual({ start, stop, release });
  });

  it.each([
    { vacated: 3, there: 'u1 u2', wanted: 3, start: [3] },
    { vacated: 3, there: 'u2', wanted: 3, start: [1, 3] },
    { vacated: 5, there: 'u1', wanted: 2, start: [5] },
    { vacated: 2, there: 'u1 u2', wanted: 3, start: [3] },
    { vacated: 2, there: 'u1', wanted: 1, start: [] },
  ])('with slot $vacated just vacated and "$there", wanted $wanted: start $start', ({ vacated, there, wanted, start }) => {
    expect(reconcile(wanted, instances(there), vacated).start).toEqual(start);
  });
});

describe('carrying the plan out', () => {
  const occupants = fc.uniqueArray(
    fc.record({ slot: fc.integer({ min: 1, max: 12 }), state: fc.constantFrom('up' as const, 'leaving' as const, 'replaced' as const) }),
    { selector: (occupant) => occupant.slot },
  );
  const wanted = fc.nat(12);
  const vacated = fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined });

  function carryOut(there: readonly Occupant[], plan: Plan<Occupant>): readonly Occupant[] {
    const told = new Set([...plan.stop, ...plan.release]);
    return [
      ...there.map((occupant): Occupant => (told.has(occupant) ? { ...occupant, state: 'leaving' } : occupant)),
      ...plan.start.map((slot): Occupant => ({ slot, state: 'up' })),
    ];
  }

  it('leaves exactly as many instances going on as are wanted, each in a slot of its own', () => {
    fc.assert(
      fc.property(wanted, occupants, vacated, (count, there, free) => {
        const after = carryOut(there, reconcile(count, there, free));
        expect(after.filter((occupant) => occupant.state !== 'leaving')).toHaveLength(count);
        expect(new Set(slots(after)).size).toBe(after.length);
      }),
    );
  });

  it('leaves nothing to do', () => {
    fc.assert(
      fc.property(wanted, occupants, vacated, (count, there, free) => {
        const after = carryOut(there, reconcile(count, there, free));
        expect(reconcile(count, after, free)).toEqual({ start: [], stop: [], release: [] });
      }),
    );
  });

  it('stops no instance where a replacement can be spared', () => {
    fc.assert(
      fc.property(wanted, occupants, (count, there) => {
        const { stop, release } = reconcile(count, there);
        const replaced = there.filter((occupant) => occupant.state === 'replaced');
        expect(stop.length === 0 || release.length === replaced.length).toBe(true);
      }),
    );
  });
});
