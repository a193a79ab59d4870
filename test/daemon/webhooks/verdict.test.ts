import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, MOST_ATTEMPTS, type Outcome } from '../../../src/daemon/webhooks/verdict.ts';

const NOW = Date.UTC(2026, 10, 22, 4, 0, 0);

function answered(status: number, headers: { readonly retryAfter?: string; readonly location?: string } = {}): Outcome {
  return { kind: 'answered', status, retryAfter: headers.retryAfter, location: headers.location };
}

const UNANSWERED: Outcome = { kind: 'unanswered', reason: 'connect ECONNREFUSED' };

describe('a try', () => {
  it.each([200, 201, 202, 204, 299])('that is answered with %i has delivered', (status) => {
    expect(judge(answered(status), { attempt: MOST_ATTEMPTS, random: 0.5, nowMs: NOW })).toEqual({ kind: 'sent' });
  });

  it.each([400, 401, 403, 404, 405, 410, 413, 422, 451, 499])('that is answered with %i is the last one', (status) => {
    expect(judge(answered(status), { attempt: 1, random: 0.5, nowMs: NOW })).toEqual({ kind: 'failed', reason: `it answered ${status}` });
  });

  it.each([408, 429, 500, 502, 503, 504, 599])('that is answered with %i is made again', (status) => {
    expect(judge(answered(status), { attempt: 1, random: 0.5, nowMs: NOW })).toEqual({
      kind: 'retry',
      pauseMs: 1000,
      reason: `it answered ${status}`,
    });
  });

  it.each([300, 301, 302, 303, 304, 307, 308])('that is sent elsewhere with %i is the last one', (status) => {
    const reason = `it answered ${status}, a redirect to http://other/; that is not followed, for a receiver must not send the node elsewhere: name the right address`;
    expect(judge(answered(status, { location: 'http://other/' }), { attempt: 1, random: 0.5, nowMs: NOW })).toEqual({ kind: 'failed', reason });
  });

  it('that nobody answers is made again', () => {
    expect(judge(UNANSWERED, { attempt: 1, random: 0.5, nowMs: NOW })).toEqual({ kind: 'retry', pauseMs: 1000, reason: 'connect ECONNREFUSED' });
  });
});

describe('pauses', () => {
  const pauses = (random: number, outcome = UNANSWERED): unknown[] =>
    Array.from({ length: MOST_ATTEMPTS }, (_, index) => {
      const verdict = judge(outcome, { attempt: index + 1, random, nowMs: NOW });
      return verdict.kind === 'retry' ? verdict.pauseMs : verdict.kind;
    });

  it('grow, and are never quite the same', () => {
    expect(pauses(0)).toEqual([500, 1000, 2000, 4000, 8000, 'failed']);
    expect(pauses(0.5)).toEqual([1000, 2000, 4000, 8000, 16_000, 'failed']);
    expect(pauses(1)).toEqual([1500, 3000, 6000, 12_000, 24_000, 'failed']);
  });

  it.each<[string, number]>([
    ['30', 30_000],
    [' 7 ', 7000],
    ['0', 1000],
    ['3600', 60_000],
    ['99999999999999999999', 60_000],
    [new Date(NOW + 20_000).toUTCString(), 20_000],
    [new Date(NOW - 20_000).toUTCString(), 1000],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 60_000],
    ['soon', 1000],
    ['', 1000],
    ['-5', 1000],
    ['1.5', 1000],
  ])('are as long as the receiver asks for, within bounds: Retry-After %j', (retryAfter, pauseMs) => {
    for (const status of [429, 503]) {
      expect(judge(answered(status, { retryAfter }), { attempt: 1, random: 0.5, nowMs: NOW })).toMatchObject({ kind: 'retry', pauseMs });
    }
    expect(judge(answered(429, { retryAfter }), { attempt: MOST_ATTEMPTS, random: 0.5, nowMs: NOW })).toMatchObject({ kind: 'failed' });
  });

  it('are never below a tenth of a second or above a minute, whatever a receiver says', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 1, max: MOST_ATTEMPTS - 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (retryAfter, attempt, random) => {
          const verdict = judge(answered(503, { retryAfter }), { attempt, random, nowMs: NOW });
          expect(verdict.kind === 'retry' && verdict.pauseMs >= 500 && verdict.pauseMs <= 60_000).toBe(true);
        },
      ),
    );
  });
});
