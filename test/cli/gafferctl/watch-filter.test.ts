import { describe, expect, it } from 'vitest';
import { watchFilter } from '../../../src/cli/gafferctl/watch-filter.ts';
import type { GafferEvent } from '../../../src/job/event.ts';

const spawn = (name: string): GafferEvent => ({ type: 'spawn', name, process: { pid: 3, committed: false } }) as unknown as GafferEvent;
const load = (name: string): GafferEvent => ({ type: 'load', name }) as unknown as GafferEvent;

const EVENTS = {
  'spawn dummy': spawn('default.dummy'),
  'spawn shop.web': spawn('shop.web'),
  'load dummy': load('default.dummy'),
  'spawn shop.web.2': spawn('shop.web.2'),
};

describe('a pattern of watch', () => {
  it.each([
    [undefined, Object.keys(EVENTS), undefined],
    ['.', Object.keys(EVENTS), undefined],
    ['create', ['load dummy'], undefined],
    ['load', ['load dummy'], undefined],
    ['spawn', ['spawn dummy', 'spawn shop.web', 'spawn shop.web.2'], undefined],
    ['proc.dummy', ['spawn dummy'], { job: { session: 'default', job: 'dummy' } }],
    ['proc.dummy.', ['spawn dummy'], { job: { session: 'default', job: 'dummy' } }],
    ['proc.dummy.spawn', ['spawn dummy'], { job: { session: 'default', job: 'dummy' } }],
    ['proc.dummy.exit', [], { job: { session: 'default', job: 'dummy' } }],
    ['proc.shop:web', ['spawn shop.web'], { job: { session: 'shop', job: 'web' } }],
    ['proc.shop.web', ['spawn shop.web'], { job: { session: 'shop', job: 'web' } }],
    ['proc.shop.web.spawn', ['spawn shop.web'], { job: { session: 'shop', job: 'web' } }],
    ['proc.shop:web.2', ['spawn shop.web.2'], { job: { session: 'shop', job: 'web.2' } }],
    ['proc.spawn', [], { job: { session: 'default', job: 'spawn' } }],
    ['job.shop', ['spawn shop.web', 'spawn shop.web.2'], { session: 'shop' }],
    ['job.shop.web.spawn', ['spawn shop.web'], { job: { session: 'shop', job: 'web' } }],
  ] as const)('%s', (pattern, meant, scope) => {
    const filter = watchFilter(pattern);
    expect(Object.entries(EVENTS).flatMap(([name, event]) => (filter.isMeant(event) ? [name] : []))).toEqual(meant);
    expect(filter.scope).toEqual(scope);
  });

  it.each(['proc.dummy.spwan', 'spwan', 'proc', 'proc.x.exits', ''])('%j is none, and the nearest is named', (pattern) => {
    if (pattern === 'proc') {
      expect(watchFilter(pattern).isMeant(spawn('default.dummy'))).toBe(false);
    } else {
      expect(() => watchFilter(pattern)).toThrow(/expected .* got "/);
    }
  });
});
