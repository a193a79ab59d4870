import { describe, expect, it } from 'vitest';
import { eventFilter } from '../../src/cli/event-filter.ts';
import { eventLine } from '../../src/cli/view/event-line.ts';
import type { GafferEvent, GafferEventBody } from '../../src/job/event.ts';

const PROCESS = { pid: 3, osPid: 4711, slot: 2, committed: false };

function event(body: GafferEventBody): GafferEvent {
  return { ...body, seq: 1, timeMs: 0 };
}

const SPAWN = event({ type: 'spawn', name: 'shop.web', process: PROCESS });
const KILL = event({ type: 'kill', name: 'shop.web', signal: 'SIGHUP', process: PROCESS });
const UNLOAD = event({ type: 'unload', name: 'default.web' });

describe('patterns of events', () => {
  it.each<[readonly string[], readonly GafferEvent[]]>([
    [[], [SPAWN, KILL, UNLOAD]],
    [['.'], [SPAWN, KILL, UNLOAD]],
    [['spawn'], [SPAWN]],
    [['spawn.'], [SPAWN]],
    [['job.shop'], [SPAWN]],
    [['job.shop.web.spawn'], [SPAWN]],
    [['proc.3'], [KILL]],
    [['kill'], [KILL]],
    [
      ['kill', 'unload'],
      [KILL, UNLOAD],
    ],
    [['delete'], [UNLOAD]],
    [['proc.shop:web.spawn'], [SPAWN]],
    [['job.other'], []],
  ])('%j', (patterns, meant) => {
    expect([SPAWN, KILL, UNLOAD].filter(eventFilter(patterns, undefined))).toEqual(meant);
  });

  it('can be those of one application', () => {
    expect([SPAWN, KILL, UNLOAD].filter(eventFilter([], 'shop'))).toEqual([SPAWN, KILL]);
    expect([SPAWN, KILL, UNLOAD].filter(eventFilter([], 'sho'))).toEqual([]);
  });

  it.each([
    ['spwan', 'got "spwan"; did you mean "spawn"?'],
    ['web', 'got "web"; "." is every one'],
    ['', 'got ""; "." is every one'],
  ])('refuses %j', (text, message) => {
    expect(() => eventFilter([text], undefined)).toThrow(message);
  });
});

describe('an event in a line', () => {
  it.each<[GafferEventBody, string]>([
    [{ type: 'load', name: 'shop.web' }, 'load'],
    [{ type: 'start', name: 'shop.web', target: 2 }, 'start: 2 wanted'],
    [{ type: 'spawn', name: 'shop.web', process: PROCESS }, 'spawn pid 3 (os pid 4711)'],
    [
      { type: 'exit', name: 'shop.web', process: PROCESS, exit: { kind: 'code', code: 3 }, requested: false, ranMs: 1500 },
      'exit pid 3 (os pid 4711): code 3 after 1.5s',
    ],
    [
      { type: 'exit', name: 'shop.web', process: PROCESS, exit: { kind: 'signal', signal: 'SIGTERM' }, requested: true, ranMs: 1500 },
      'exit pid 3 (os pid 4711): SIGTERM after 1.5s, as it was told',
    ],
    [
      {
        ...{ type: 'exit', name: 'shop.web', process: { ...PROCESS, osPid: 0 }, requested: false, ranMs: 0 },
        exit: { kind: 'not_started', reason: 'command not found: foo', code: 127 },
      },
      'exit pid 3: command not found: foo after 0s',
    ],
    [{ type: 'kill', name: 'shop.web', signal: 'SIGHUP', process: undefined }, 'kill SIGHUP'],
    [{ type: 'kill', name: 'shop.web', signal: 'SIGHUP', process: PROCESS }, 'kill SIGHUP pid 3 (os pid 4711)'],
    [{ type: 'flap', name: 'shop.web', retry: 1, maxRetry: 5, pauseMs: 7000 }, 'flap: next try in 7s (1 of 5)'],
    [{ type: 'give_up', name: 'shop.web', tail: Buffer.from('x') }, 'give_up: it failed again after every pause'],
    [{ type: 'port_taken', name: 'shop.web', slot: 1, port: 5000 }, 'port_taken: 5000'],
  ])('%j', (body, line) => {
    expect(eventLine(event(body))).toBe(line);
  });
});
