import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GafferEvent } from '../../src/job/event.ts';
import { EventPattern, eventNames, namedEvents, oldEventNames } from '../../src/protocol/event-names.ts';
import { parseHookEvent } from '../../src/protocol/hook-event.ts';

describe('the event of a webhook', () => {
  it.each([
    ['.', '.'],
    [' spawn ', 'spawn'],
    ['Spawn.', 'spawn'],
    ['JOB.Shop.Web.exit', 'job.Shop.Web.exit'],
    ['job.shop', 'job.shop'],
    ['job', 'job'],
    ['job.shop.a..b.exit', 'job.shop.a..b.exit'],
    ['job.shop.web 1.exit', 'job.shop.web 1.exit'],
    ['proc.3.kill', 'proc.3.kill'],
    ['proc.shop:web.spawn', 'proc.shop:web.spawn'],
    ['create', 'create'],
    ['stop_pid', 'stop_pid'],
    ['give_up', 'give_up'],
  ])('%j is %j', (text, event) => {
    expect(parseHookEvent(text)).toBe(event);
    expect(parseHookEvent(event)).toBe(event);
  });

  const expected = 'expected the name of an event like "spawn" or "job.shop.web.exit", the beginning of one like "job.shop", or "." for all';

  it.each([
    ['spwan', `${expected}, got "spwan"; did you mean "spawn"?`],
    ['jobs.shop', `${expected}, got "jobs.shop"; did you mean "job"?`],
    ['kill', `${expected}, got "kill"`],
    ['restart', `${expected}, got "restart"; did you mean "start"?`],
    ['spawn.shop', `${expected}, got "spawn.shop"; did you mean "spawn"?`],
    ['', `${expected}, got ""`],
    ['..', `${expected}, got ".."`],
    ['toString', `${expected}, got "toString"`],
    ['job.a\nb', `${expected}, got "job.a\\u000ab"`],
  ])('%j is none', (text, message) => {
    expect(() => parseHookEvent(text)).toThrow(expect.objectContaining({ code: 'bad_request', message }) as Error);
  });

  it('is any name that an event has', () => {
    const process = { pid: 7, osPid: 700, slot: 1, committed: false };
    const head = { seq: 1, timeMs: 0, name: 'Shop.web.1' };
    const types = [
      'load',
      'unload',
      'stop',
      'reload',
      'start',
      'update',
      'spawn',
      'reap',
      'stop_process',
      'exit',
      'kill',
      'flap',
      'give_up',
      'port_taken',
      'done',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.boolean(), (type, isWhole) => {
        const event = {
          ...head,
          type,
          ...(isWhole && { process }),
          exit: { kind: 'code', code: 0 },
          tail: new Uint8Array(),
        } as unknown as GafferEvent;
        fc.pre(isWhole || !['spawn', 'reap', 'stop_process', 'exit'].includes(type));
        for (const name of [...eventNames(event), ...oldEventNames(event)]) {
          expect(parseHookEvent(name)).toBe(name);
          expect(namedEvents(event, new EventPattern(name)).map((named) => named.event)).toContain(name);
        }
      }),
    );
  });
});
