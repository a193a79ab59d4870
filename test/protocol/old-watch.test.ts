import { describe, expect, it } from 'vitest';
import type { GafferEvent, GafferEventBody, ProcessRef } from '../../src/job/event.ts';
import { watchedEvents, watchPatterns } from '../../src/protocol/old-watch.ts';

const PROCESS: ProcessRef = { pid: 7, osPid: 4711, slot: 1, committed: false };
const EXIT = { type: 'exit', exit: { kind: 'code', code: 3 }, process: PROCESS, requested: false, ranMs: 1500 } as const;

function happened(body: GafferEventBody): GafferEvent {
  return { ...body, seq: 5, timeMs: 1_763_770_000_500 };
}

/** The names under which an event is told to whoever watches a path. */
function told(parts: readonly string[], body: GafferEventBody): readonly string[] {
  return watchedEvents(happened(body), watchPatterns(parts)).map(({ event }) => event);
}

describe('whoever watches', () => {
  it.each<[string, GafferEventBody, readonly string[]]>([
    ['', { type: 'load', name: 'default.web' }, ['create']],
    ['', { type: 'unload', name: 'default.web' }, ['delete']],
    ['', { type: 'update', name: 'default.web', target: 2 }, ['update']],
    ['', { type: 'start', name: 'default.web', target: 2 }, ['start', 'proc.web.start']],
    ['', { type: 'spawn', name: 'shop.web', process: PROCESS }, ['spawn', 'proc.shop:web.spawn']],
    ['', { type: 'stop_process', name: 'default.web', process: PROCESS }, ['stop_pid', 'proc.web.stop_pid']],
    ['', { ...EXIT, name: 'default.web' }, ['exit', 'proc.web.exit']],
    ['', { type: 'flap', name: 'default.web', retry: 1, maxRetry: 5, pauseMs: 1 }, ['flap']],
    ['', { type: 'reload', name: 'default.web' }, []],
    ['', { type: 'kill', name: 'default.web', signal: 'SIGHUP', process: PROCESS }, []],
    ['create', { type: 'load', name: 'default.web' }, ['create']],
    ['CREATE', { type: 'load', name: 'default.web' }, ['create']],
    ['create', { type: 'unload', name: 'default.web' }, []],
    ['start', { type: 'start', name: 'default.web', target: 1 }, ['start']],
    ['proc/web', { type: 'spawn', name: 'default.web', process: PROCESS }, ['proc.web.spawn']],
    ['proc/web', { type: 'spawn', name: 'shop.web', process: PROCESS }, []],
    ['proc/web', { type: 'spawn', name: 'default.web2', process: PROCESS }, []],
    ['proc/web', { type: 'load', name: 'default.web' }, []],
    ['proc/shop:web', { ...EXIT, name: 'shop.web' }, ['proc.shop:web.exit']],
    ['proc/shop.web', { ...EXIT, name: 'shop.web' }, ['proc.shop:web.exit']],
    ['proc/shop.web', { ...EXIT, name: 'default.shop.web' }, ['proc.shop.web.exit']],
    ['proc/web/exit', { ...EXIT, name: 'default.web' }, ['proc.web.exit']],
    ['Proc/web/EXIT', { ...EXIT, name: 'default.web' }, ['proc.web.exit']],
    ['proc/web/spawn', { ...EXIT, name: 'default.web' }, []],
  ])('"%s" is told of %j as %j', (path, body, names) => {
    expect(told(path === '' ? [] : path.split('/'), body)).toEqual(names);
  });

  it.each(['spawn', 'exit', 'proc', 'nothing', 'job/web', 'web/exit', 'proc/web/create', 'proc/web/nothing', 'job/web/exit'])(
    '"%s" is told that there is no such event',
    (path) => {
      expect(() => watchPatterns(path.split('/'))).toThrow(expect.objectContaining({ code: 'bad_event_type', word: 'bad_event_type', status: 404 }));
    },
  );

  it('gets the members of 0.4, and those of now', () => {
    const [spawn] = watchedEvents(happened({ type: 'spawn', name: 'default.web', process: PROCESS }), watchPatterns([]));
    expect(spawn).toEqual({
      seq: 5,
      time: 1_763_770_000.5,
      event: 'spawn',
      name: 'web',
      pid: 7,
      os_pid: 4711,
      slot: 1,
      once: false,
      detached: false,
    });
    const [detached] = watchedEvents(happened({ type: 'spawn', name: 'shop.web', process: PROCESS, detached: true }), watchPatterns([]));
    expect(detached).toMatchObject({ name: 'shop:web', detached: true });
    const [exit] = watchedEvents(happened({ ...EXIT, name: 'default.web' }), watchPatterns(['proc', 'web']));
    expect(exit).toMatchObject({ event: 'proc.web.exit', name: 'web', pid: 7, os_pid: 4711, exit_status: 3, term_signal: 0 });
  });
});
