import { describe, expect, test } from 'vitest';
import { type Deed, intendedState, type PresentJob, presentState } from '../../src/daemon/job-intent.ts';

const STARTED: PresentJob = { state: 'started', max_processes: 3, wasStopped: false };
const STOPPED: PresentJob = { state: 'stopped', max_processes: 0, wasStopped: true };
const WAITS: PresentJob = { state: 'stopped', max_processes: 2, wasStopped: false };
const GIVEN_UP: PresentJob = { ...STARTED, state: 'given_up' };
const AS_CONFIGURED = { target: undefined, stopped: false };

const TABLE: readonly (readonly [string, PresentJob, Deed, object | undefined])[] = [
  ['a start', STOPPED, 'start', AS_CONFIGURED],
  ['a reload', STOPPED, 'reload', AS_CONFIGURED],
  ['a stop', STARTED, 'stop', { target: 0, stopped: true }],
  ['a restart of what runs', STARTED, 'restart', undefined],
  ['a restart of what does not', STOPPED, 'restart', AS_CONFIGURED],
  ['a restart of what was given up', GIVEN_UP, 'restart', AS_CONFIGURED],
  ['more', STARTED, { op: '+', n: 2 }, { target: 5, stopped: false }],
  ['fewer than none', STARTED, { op: '-', n: 9 }, { target: 0, stopped: false }],
  ['more of what somebody has stopped', STOPPED, { op: '+', n: 2 }, { target: 2, stopped: true }],
  ['more of what waits for its first start', WAITS, { op: '+', n: 1 }, { target: 3, stopped: false }],
  ['none of what waits', WAITS, { op: '=', n: 0 }, { target: 0, stopped: true }],
  ['more of what was given up', GIVEN_UP, { op: '=', n: 4 }, { target: 4, stopped: false }],
];

describe('how a job is meant to be', () => {
  test.for(TABLE)('after %s', ([, job, deed, state]) => {
    expect(intendedState(job, deed)).toEqual(state);
  });

  test.for([
    [STARTED, { target: 3, stopped: false }],
    [STOPPED, { target: 0, stopped: true }],
    [WAITS, { target: undefined, stopped: true }],
  ] as const)('as it is: $0.state', ([job, state]) => {
    expect(presentState(job)).toEqual(state);
  });
});
