import { describe, expect, it } from 'vitest';
import type { ProcessExit } from '../../src/job/exit.ts';
import { judgeExit } from '../../src/job/exit-verdict.ts';
import { DEFAULT_FLAPPING, NO_EXITS } from '../../src/job/flapping.ts';

const failed: ProcessExit = { kind: 'code', code: 1 };
const notStarted: ProcessExit = { kind: 'not_started', reason: 'command not found: x', code: 127 };

describe('an exit that gaffer did not cause', () => {
  it('ends the session of a job that says stop', () => {
    expect(judgeExit({ onExit: 'stop', flapping: DEFAULT_FLAPPING }, failed, NO_EXITS, 0)).toEqual({ kind: 'end_session' });
  });

  it('is done without by a job that says ignore', () => {
    expect(judgeExit({ onExit: 'ignore', flapping: DEFAULT_FLAPPING }, failed, NO_EXITS, 0)).toEqual({ kind: 'do_without' });
  });

  it('is answered at once by a job that says restart, and later if it could not even start', () => {
    const settings = { onExit: 'restart', flapping: undefined } as const;
    expect(judgeExit(settings, failed, NO_EXITS, 0)).toMatchObject({ kind: 'replace', afterMs: 0 });
    expect(judgeExit(settings, notStarted, NO_EXITS, 0)).toMatchObject({ kind: 'replace', afterMs: 1000 });
  });

  it('is judged as flapping where that is controlled', () => {
    const settings = { onExit: 'restart', flapping: DEFAULT_FLAPPING } as const;
    const first = judgeExit(settings, notStarted, NO_EXITS, 0);
    expect(first).toMatchObject({ kind: 'replace', afterMs: 0, history: { exits: [0] } });
    const history = 'history' in first ? first.history : NO_EXITS;
    expect(judgeExit(settings, failed, history, 10)).toMatchObject({ kind: 'pause', pauseMs: 7000 });
  });
});
