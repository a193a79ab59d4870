import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_FLAPPING, type FlappingPolicy, judgeFlapping, NO_EXITS } from '../../src/job/flapping.ts';

/** The verdicts on a job that runs for a while, fails, and is started again as soon as it may be; at most 100. */
function judgeRuns(policy: FlappingPolicy, runMs: number): readonly string[] {
  const verdicts: string[] = [];
  let history = NO_EXITS;
  let nowMs = 1_000_000;
  while (verdicts.length < 100 && verdicts.at(-1) !== 'give_up') {
    nowMs += runMs;
    const verdict = judgeFlapping(policy, history, nowMs);
    verdicts.push(verdict.kind);
    history = verdict.history;
    nowMs += verdict.kind === 'pause' ? verdict.pauseMs : 0;
  }
  return verdicts;
}

describe('a job that fails at once', () => {
  it('is paused five times and then given up, with the defaults', () => {
    expect(judgeRuns(DEFAULT_FLAPPING, 10)).toEqual(['go_on', 'pause', 'pause', 'pause', 'pause', 'pause', 'give_up']);
  });

  it.each([0, 500, 1000, 7000, 3_600_000])('is given up just the same when pauses take %i ms', (retryInMs) => {
    expect(judgeRuns({ ...DEFAULT_FLAPPING, retryInMs }, 10)).toHaveLength(7);
  });

  it('is given up without a pause when no retry is allowed', () => {
    expect(judgeRuns({ ...DEFAULT_FLAPPING, maxRetry: 0 }, 10)).toEqual(['go_on', 'give_up']);
  });

  it('is given up after exactly the retries that any policy allows', () => {
    const policies = fc.record({
      attempts: fc.integer({ min: 1, max: 8 }),
      windowMs: fc.integer({ min: 100, max: 10_000 }),
      retryInMs: fc.nat(100_000),
      maxRetry: fc.nat(10),
    });
    fc.assert(
      fc.property(policies, (policy) => {
        const verdicts = judgeRuns(policy, Math.floor(policy.windowMs / 10));
        expect(verdicts.filter((kind) => kind === 'pause')).toHaveLength(policy.maxRetry);
        expect(verdicts).toHaveLength(policy.attempts + policy.maxRetry);
        expect(verdicts.at(-1)).toBe('give_up');
      }),
    );
  });
});

describe('a job that runs longer than the window', () => {
  it('goes on for ever', () => {
    expect(new Set(judgeRuns(DEFAULT_FLAPPING, 1001))).toEqual(new Set(['go_on']));
  });

  it('has its retries back after one good run', () => {
    let history = NO_EXITS;
    for (const nowMs of [0, 10]) {
      history = judgeFlapping(DEFAULT_FLAPPING, history, nowMs).history;
    }
    expect(history.retries).toBe(1);
    const verdict = judgeFlapping(DEFAULT_FLAPPING, history, 10 + 7000 + 1001);
    expect(verdict).toMatchObject({ kind: 'go_on', history: { retries: 0 } });
  });

  it('keeps a history of limited length', () => {
    let history = NO_EXITS;
    for (let n = 0; n < 50; n += 1) {
      history = judgeFlapping(DEFAULT_FLAPPING, history, n * 5000).history;
    }
    expect(history.exits).toHaveLength(5);
  });
});
