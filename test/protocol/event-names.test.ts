import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GafferEvent, GafferEventBody, ProcessRef } from '../../src/job/event.ts';
import { EventPattern, eventNames, namedEvents, oldEventNames } from '../../src/protocol/event-names.ts';

const PROCESS: ProcessRef = { pid: 7, osPid: 4711, slot: 1, committed: false };
const ONE_OFF: ProcessRef = { ...PROCESS, slot: 0, committed: true };
const EXIT = { exit: { kind: 'code', code: 0 }, requested: false, ranMs: 5 } as const;

function event(body: GafferEventBody): GafferEvent {
  return { ...body, seq: 3, timeMs: 1000 };
}

/** Every type: how it is named today, and how it was in 0.4. */
const TABLE: readonly (readonly [GafferEventBody, readonly string[], readonly string[]])[] = [
  [{ type: 'load', name: 'shop.web' }, ['load'], ['create']],
  [{ type: 'unload', name: 'shop.web' }, ['unload'], ['delete']],
  [{ type: 'start', name: 'shop.web', target: 1 }, ['start', 'job.shop.web.start'], ['start', 'proc.shop:web.start']],
  [{ type: 'stop', name: 'shop.web' }, ['stop', 'job.shop.web.stop'], ['stop', 'proc.shop:web.stop']],
  [{ type: 'update', name: 'shop.web', target: 2 }, ['update'], ['update']],
  [{ type: 'reload', name: 'shop.web' }, ['reload', 'job.shop.web.reload'], []],
  [{ type: 'spawn', name: 'shop.web', process: PROCESS }, ['spawn', 'job.shop.web.spawn'], ['spawn', 'proc.shop:web.spawn']],
  [{ type: 'spawn', name: 'shop.web', process: ONE_OFF }, ['spawn'], ['spawn', 'proc.shop:web.spawn']],
  [{ type: 'reap', name: 'shop.web', process: PROCESS }, ['reap', 'job.shop.web.reap', 'proc.7.reap'], ['reap', 'proc.shop:web.reap']],
  [{ type: 'stop_process', name: 'shop.web', process: PROCESS }, ['stop_process'], ['stop_pid', 'proc.shop:web.stop_pid']],
  [{ type: 'exit', name: 'shop.web', process: PROCESS, ...EXIT }, ['exit', 'job.shop.web.exit', 'proc.7.exit'], ['exit', 'proc.shop:web.exit']],
  [{ type: 'kill', name: 'shop.web', signal: 'SIGHUP', process: PROCESS }, ['proc.7.kill'], []],
  [{ type: 'kill', name: 'shop.web', signal: 'SIGHUP', process: undefined }, ['job.shop.web.kill'], []],
  [{ type: 'flap', name: 'shop.web', retry: 1, maxRetry: 5, pauseMs: 7000 }, ['flap'], ['flap']],
  [{ type: 'give_up', name: 'shop.web', tail: new Uint8Array() }, ['give_up', 'job.shop.web.give_up'], []],
  [{ type: 'done', name: 'shop.web' }, ['done', 'job.shop.web.done'], []],
  [{ type: 'port_taken', name: 'shop.web', slot: 1, port: 5000 }, ['port_taken', 'job.shop.web.port_taken'], []],
];

describe('the names of an event', () => {
  it.each(TABLE)('%o', (body, names, oldNames) => {
    expect(eventNames(event(body))).toEqual(names);
    expect(oldEventNames(event(body))).toEqual(oldNames);
  });

  it('of a job in the session that needs no name were in 0.4 without one', () => {
    expect(oldEventNames(event({ type: 'spawn', name: 'default.web', process: PROCESS }))).toEqual(['spawn', 'proc.web.spawn']);
  });
});

describe('a pattern', () => {
  const word = fc.constantFrom('job', 'proc', 'shop', 'web', 'spawn', '7');
  const dotted = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('.'));

  it('means what it says and everything below it, and with a dot at its end the same', () => {
    fc.assert(
      fc.property(dotted, dotted, (pattern, name) => {
        const words = pattern.split('.');
        const isBelow = words.every((one, index) => name.split('.')[index] === one);
        expect(new EventPattern(pattern).means(name)).toBe(isBelow);
        expect(new EventPattern(`${pattern}.`).means(name)).toBe(isBelow);
      }),
    );
  });

  it('that is a dot means everything', () => {
    fc.assert(fc.property(dotted, (name) => new EventPattern('.').means(name)));
  });

  it.each([
    ['create', true],
    ['delete', true],
    ['stop_pid', true],
    ['proc.web', true],
    ['proc.7up.spawn', true],
    ['proc', false],
    ['proc.7', false],
    ['proc.7.exit', false],
    ['spawn', false],
    ['.', false],
  ])('%s is one of 0.4: %s', (text, isOld) => {
    expect(new EventPattern(text).isOld).toBe(isOld);
  });
});

describe('an event under the names that are meant', () => {
  const spawn = event({ type: 'spawn', name: 'shop.web', process: PROCESS });
  const named = (pattern: string): readonly (readonly [string, string])[] =>
    namedEvents(spawn, new EventPattern(pattern)).map(({ event: name, name: job }) => [name, job]);

  it.each([
    [
      '.',
      [
        ['spawn', 'shop.web'],
        ['job.shop.web.spawn', 'shop.web'],
      ],
    ],
    ['spawn', [['spawn', 'shop.web']]],
    ['job.shop', [['job.shop.web.spawn', 'shop.web']]],
    ['job.shop.web.spawn', [['job.shop.web.spawn', 'shop.web']]],
    ['proc.shop:web', [['proc.shop:web.spawn', 'shop:web']]],
    ['job.sho', []],
    ['exit', []],
    ['create', []],
  ] as const)('%s', (pattern, expected) => {
    expect(named(pattern)).toEqual(expected);
  });

  it('carries the members of its record', () => {
    expect(namedEvents(spawn, new EventPattern('spawn'))[0]).toMatchObject({ seq: 3, event: 'spawn', name: 'shop.web', pid: 7, os_pid: 4711 });
  });
});
