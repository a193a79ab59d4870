import { describe, expect, test } from 'vitest';
import { Log } from '../../src/daemon/log.ts';
import { logEvent } from '../../src/daemon/log-event.ts';
import type { GafferEventBody } from '../../src/job/event.ts';

const PROCESS = { pid: 3, osPid: 4711, slot: 1, committed: false };

/** What an event becomes in the log: its level, its message and the fields that name a process. */
function logged(body: GafferEventBody): unknown {
  const lines: string[] = [];
  const write = (_fd: number, bytes: Uint8Array): number => {
    lines.push(Buffer.from(bytes).toString());
    return bytes.length;
  };
  logEvent(new Log({ level: 'debug', format: 'json', write }), { ...body, seq: 1, timeMs: 0 });
  return lines.map((line) => {
    const { level, message, event, name, os_pid } = JSON.parse(line) as Record<string, unknown>;
    return [level, message, event, name, os_pid];
  });
}

const EXIT = { type: 'exit', name: 'shop.web', process: PROCESS, requested: false, ranMs: 5 } as const;

describe('the log', () => {
  test.for<readonly [GafferEventBody, string, RegExp]>([
    [{ type: 'load', name: 'shop.web' }, 'info', /^load shop\.web$/],
    [{ type: 'start', name: 'shop.web', target: 1 }, 'info', /^start shop\.web$/],
    [{ type: 'spawn', name: 'shop.web', process: PROCESS }, 'debug', /^spawn shop\.web$/],
    [{ ...EXIT, exit: { kind: 'code', code: 3 } }, 'info', /^shop\.web: process 3 \(os pid 4711\) ended with .*3/],
    [{ ...EXIT, exit: { kind: 'code', code: 0 } }, 'debug', /^shop\.web: process 3/],
    [{ ...EXIT, exit: { kind: 'signal', signal: 'SIGTERM' }, requested: true }, 'debug', /SIGTERM/],
    [{ ...EXIT, exit: { kind: 'not_started', reason: 'command not found: x', code: 127 } }, 'warning', /^shop\.web: .*command not found: x/],
    [{ type: 'flap', name: 'shop.web', retry: 1, maxRetry: 5, pauseMs: 7000 }, 'warning', /^shop\.web: .*7/],
    [{ type: 'give_up', name: 'shop.web', tail: Buffer.from('last words') }, 'warning', /^shop\.web: /],
    [{ type: 'port_taken', name: 'shop.web', slot: 1, port: 5000 }, 'warning', /5000/],
  ])('has %o as %s', ([event, level, message]) => {
    expect(logged(event)).toEqual([
      [level, expect.stringMatching(message), event.type, 'shop.web', 'process' in event && event.process !== undefined ? 4711 : undefined],
    ]);
  });
});
