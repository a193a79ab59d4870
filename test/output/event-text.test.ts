import { describe, expect, it } from 'vitest';
import type { GafferEventBody } from '../../src/job/event.ts';
import type { ProcessExit } from '../../src/job/exit.ts';
import { eventText, formatDuration, isTrouble } from '../../src/output/event-text.ts';

const NAME = { name: 'default.web' };
const PROCESS = { pid: 7, osPid: 51134, slot: 1, committed: false };

function textOf(body: GafferEventBody): string | undefined {
  return eventText({ ...body, seq: 1, timeMs: 0 });
}

function isTroubleWith(body: GafferEventBody): boolean {
  return isTrouble({ ...body, seq: 1, timeMs: 0 });
}

function exit(how: ProcessExit, requested = false): GafferEventBody {
  return { type: 'exit', ...NAME, process: PROCESS, exit: how, requested, ranMs: 1000 };
}

function giveUp(tail: string): GafferEventBody {
  return { type: 'give_up', ...NAME, tail: Buffer.from(tail) };
}

const CODE_0: ProcessExit = { kind: 'code', code: 0 };
const CODE_3: ProcessExit = { kind: 'code', code: 3 };
const KILLED: ProcessExit = { kind: 'signal', signal: 'SIGKILL' };
const NOT_STARTED: ProcessExit = { kind: 'not_started', reason: 'command not found: foo', code: 127 };

describe('what is said of an event', () => {
  it.each<{ event: GafferEventBody; text: string; trouble?: boolean }>([
    { event: { type: 'spawn', ...NAME, process: PROCESS }, text: 'spawn process with pid 51134' },
    { event: exit(CODE_0), text: 'exit process with pid 51134' },
    { event: exit(CODE_3), text: 'exit process with pid 51134 (code 3)' },
    { event: exit(CODE_3, true), text: 'exit process with pid 51134' },
    { event: exit(KILLED), text: 'exit process with pid 51134 (SIGKILL)' },
    { event: exit(KILLED, true), text: 'exit process with pid 51134' },
    { event: exit({ kind: 'unknown' }), text: 'exit process with pid 51134 (unknown exit code)' },
    { event: exit(NOT_STARTED), text: 'could not start: command not found: foo', trouble: true },
    { event: exit(NOT_STARTED, true), text: 'could not start: command not found: foo', trouble: true },
    {
      event: { type: 'flap', ...NAME, retry: 2, maxRetry: 5, pauseMs: 5000 },
      text: 'failed again and again: next try in 5s (2 of 5)',
      trouble: true,
    },
    { event: { type: 'port_taken', ...NAME, slot: 2, port: 5001 }, text: 'port 5001 is taken: another program listens on it', trouble: true },
    { event: giveUp(''), text: 'given up: it failed again after every pause; it has written nothing', trouble: true },
    { event: giveUp(' \n\n'), text: 'given up: it failed again after every pause; it has written nothing', trouble: true },
    {
      event: giveUp('first\n\n  second\n'),
      text: 'given up: it failed again after every pause; its last lines:\n  first\n  \n    second',
      trouble: true,
    },
  ])('$event.type: $text', ({ event, text, trouble }) => {
    expect(textOf(event)).toBe(text);
    expect(isTroubleWith(event)).toBe(trouble ?? false);
  });

  it.each<GafferEventBody>([
    { type: 'load', ...NAME },
    { type: 'unload', ...NAME },
    { type: 'start', ...NAME, target: 2 },
    { type: 'stop', ...NAME },
    { type: 'reload', ...NAME },
    { type: 'update', ...NAME, target: 2 },
    { type: 'reap', ...NAME, process: PROCESS },
    { type: 'stop_process', ...NAME, process: PROCESS },
    { type: 'kill', ...NAME, signal: 'SIGTERM', process: undefined },
    { type: 'done', ...NAME },
  ])('$type: nothing', (event) => {
    expect(textOf(event)).toBeUndefined();
    expect(isTroubleWith(event)).toBe(false);
  });

  it('quotes the last ten lines of a job that is given up', () => {
    const written = Array.from({ length: 12 }, (_, i) => `line ${i + 1}\n`).join('');
    const quoted = textOf(giveUp(written))!.split('\n').slice(1);
    expect(quoted).toHaveLength(10);
    expect([quoted[0], quoted[9]]).toEqual(['  line 3', '  line 12']);
  });
});

describe('a time span for people', () => {
  it.each([
    [0, '0s'],
    [49, '0s'],
    [50, '0.1s'],
    [400, '0.4s'],
    [1000, '1s'],
    [9940, '9.9s'],
    [9999, '10s'],
    [10_400, '10s'],
    [59_499, '59s'],
    [59_500, '1m 0s'],
    [185_000, '3m 5s'],
    [3_599_499, '59m 59s'],
    [3_599_500, '1h 0m'],
    [7_800_000, '2h 10m'],
    [90_000_000, '25h 0m'],
  ])('of %i ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
