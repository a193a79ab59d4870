import { describe, expect, it } from 'vitest';
import type { GafferEvent } from '../../src/job/event.ts';
import type { ProcessExit } from '../../src/job/exit.ts';
import { Outcome } from '../../src/local/outcome.ts';

const stopSignals = new Map([
  ['web', 'SIGTERM'],
  ['worker', 'SIGINT'],
] as const);

const code = (n: number): ProcessExit => ({ kind: 'code', code: n });
const killed = (signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): ProcessExit => ({ kind: 'signal', signal });

/** An instance of a job has ended; `requested`: because gaffer asked it to. */
function exit(job: string, slot: number, how: ProcessExit, requested = false): GafferEvent {
  const process = { pid: 1, osPid: 2, slot, committed: slot === 0 };
  return { type: 'exit', name: `app.${job}`, process, exit: how, requested, ranMs: 1234, seq: 1, timeMs: 0 };
}

function outcomeOf(
  events: readonly GafferEvent[],
  endsSession: readonly string[] = [],
): { readonly code: number; readonly words: readonly string[] } {
  const outcome = new Outcome(stopSignals, new Set(endsSession));
  for (const event of events) {
    outcome.read(event);
  }
  return { code: outcome.exitCode, words: outcome.summary.map(({ job, text }) => `${job} ${text}`) };
}

describe('the outcome of a session', () => {
  it.each<[string, readonly GafferEvent[], number, readonly string[]]>([
    ['nothing has run', [], 0, []],
    ['all ended well', [exit('web', 1, code(0)), exit('worker', 1, code(0))], 0, []],
    ['one failed', [exit('web', 1, code(0)), exit('worker', 1, code(3))], 1, ['worker ended with code 3 after 1.2s']],
    ['one of two instances failed', [exit('web', 2, code(3)), exit('web', 1, code(0))], 1, ['web ended with code 3 after 1.2s']],
    ['both failed', [exit('web', 1, code(3)), exit('web', 2, code(4))], 1, ['web ended with code 3 after 1.2s']],
    ['it failed at first, and then ended well', [exit('web', 1, code(3)), exit('web', 1, code(0))], 0, []],
    ['it was asked to stop and did', [exit('web', 1, killed('SIGTERM'), true), exit('worker', 1, killed('SIGINT'), true)], 0, []],
    ['it was asked to stop and told so in its code', [exit('web', 1, code(143), true), exit('worker', 1, code(130), true)], 0, []],
    ['it was asked to stop and failed', [exit('web', 1, code(130), true)], 1, ['web ended with code 130 after 1.2s']],
    ['it had to be killed', [exit('web', 1, killed('SIGKILL'), true)], 1, ['web ended with SIGKILL after 1.2s, it had to be killed']],
    ['somebody else killed it', [exit('web', 1, killed('SIGTERM'))], 1, ['web ended with SIGTERM after 1.2s']],
    ['a committed process failed', [exit('web', 0, code(3))], 0, []],
    [
      'it could not be started',
      [exit('web', 1, { kind: 'not_started', reason: 'command not found: x', code: 127 })],
      1,
      ['web did not start: command not found: x'],
    ],
    [
      'it was given up',
      [exit('web', 1, code(0)), { type: 'give_up', name: 'app.web' } as GafferEvent],
      1,
      ['web ended with code 0 after 1.2s, given up'],
    ],
    [
      'it was given up and started again',
      [
        exit('web', 1, code(3)),
        { type: 'give_up', name: 'app.web' } as GafferEvent,
        { type: 'start', name: 'app.web' } as GafferEvent,
        exit('web', 1, code(0)),
      ],
      0,
      [],
    ],
  ])('when %s', (_, events, exitCode, words) => {
    expect(outcomeOf(events)).toEqual({ code: exitCode, words });
  });

  it.each<[readonly GafferEvent[], number]>([
    [[exit('web', 1, code(3)), exit('worker', 1, killed('SIGINT'), true)], 3],
    [[exit('web', 1, code(0)), exit('worker', 1, code(9), true)], 0],
    [[exit('worker', 1, code(9)), exit('web', 1, killed('SIGKILL')), exit('web', 2, code(4))], 137],
    [[exit('web', 1, { kind: 'not_started', reason: 'x', code: 127 })], 127],
  ])('has the code of the first exit that ends the session (%#)', (events, exitCode) => {
    expect(outcomeOf(events, ['web']).code).toBe(exitCode);
  });
});
