import { describe, expect, it } from 'vitest';
import type { GafferEvent } from '../../src/job/event.ts';
import { isEventSelected, isOutputSelected, type LogSelection } from '../../src/job/log.ts';

const WEB = { session: 'shop', job: 'web' };

describe('a selection of a log', () => {
  it.each<[LogSelection, boolean, string]>([
    [{}, true, 'all'],
    [{ session: 'shop' }, true, 'its session'],
    [{ session: 'sho' }, false, 'a session whose name begins alike'],
    [{ session: 'shop.web' }, false, 'no session'],
    [{ job: WEB }, true, 'its job'],
    [{ job: { session: 'shop', job: 'web.1' } }, false, 'another job'],
    [{ job: { session: 'other', job: 'web' } }, false, 'a job of the name elsewhere'],
    [{ pid: 3 }, true, 'its process'],
    [{ pid: 4 }, false, 'another process'],
    [{ label: 'out' }, true, 'its output'],
    [{ label: 'err' }, false, 'another output'],
    [{ session: 'shop', job: WEB, pid: 3, label: 'out' }, true, 'all of that'],
    [{ session: 'other', job: WEB, pid: 3, label: 'out' }, false, 'what contradicts itself'],
    [{ session: undefined, job: undefined, pid: undefined, label: undefined }, true, 'nothing in particular'],
  ])('%j takes output of a process or leaves it: %s (%s)', (selection, isSelected) => {
    expect(isOutputSelected(selection, { name: 'shop.web', pid: 3, label: 'out' })).toBe(isSelected);
  });

  const head = { seq: 1, timeMs: 0, name: 'shop.web' };
  const process = { pid: 3, osPid: 300, slot: 1, committed: false };
  const LOAD: GafferEvent = { ...head, type: 'load' };
  const SPAWN: GafferEvent = { ...head, type: 'spawn', process };
  const KILL_JOB: GafferEvent = { ...head, type: 'kill', signal: 'SIGHUP', process: undefined };

  it.each<[LogSelection, readonly GafferEvent[]]>([
    [{}, [LOAD, SPAWN, KILL_JOB]],
    [{ session: 'shop' }, [LOAD, SPAWN, KILL_JOB]],
    [{ session: 'sho' }, []],
    [{ job: WEB }, [LOAD, SPAWN, KILL_JOB]],
    [{ job: { session: 'shop', job: 'we' } }, []],
    [{ pid: 3 }, [SPAWN]],
    [{ pid: 4 }, []],
    [{ label: 'err' }, [LOAD, SPAWN, KILL_JOB]],
  ])('%j takes some events', (selection, events) => {
    expect([LOAD, SPAWN, KILL_JOB].filter((event) => isEventSelected(selection, event))).toEqual(events);
  });
});
