import { describe, expect, it } from 'vitest';
import { JobTable } from '../../src/lookupd/job-table.ts';
import type { NodeEntry } from '../../src/lookupd/node-entry.ts';
import { type SessionNeighbours, type SessionState, stepOf, UNIDENTIFIED } from '../../src/lookupd/node-session.ts';
import type { NumberedMessage } from '../../src/protocol/lookup-message.ts';

const ALONE: SessionNeighbours = { otherOf: () => undefined, refusalFor: () => undefined };

const IDENTIFY = { type: 'IDENTIFY', msgid: 'm', name: 'a', origin: 'http://a:5000', version: '0.1' } as const;

const OK = { ok: true, msgid: 'm' };

function known(jobs: Readonly<Record<string, readonly number[]>> = {}, more: Partial<NodeEntry> = {}): SessionState {
  const { name, origin, version } = IDENTIFY;
  return { entry: { name, origin, version, generation: 0, seq: undefined, jobs: JobTable.of(Object.entries(jobs)), ...more } };
}

function jobsIn({ entry }: SessionState): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(entry?.jobs ?? []);
}

const job = (type: 'REGISTER_JOB' | 'UNREGISTER_JOB', job_name: string): NumberedMessage => ({ type, msgid: 'm', job_name });

const process = (type: 'REGISTER_PROCESS' | 'UNREGISTER_PROCESS', job_name: string, pid: number): NumberedMessage => ({
  type,
  msgid: 'm',
  job_name,
  pid,
});

describe('a node', () => {
  it.each([
    job('REGISTER_JOB', 'shop.web'),
    job('UNREGISTER_JOB', 'shop.web'),
    process('REGISTER_PROCESS', 'shop.web', 1),
    process('UNREGISTER_PROCESS', 'shop.web', 1),
  ])('says who it is before $type', (message) => {
    expect(stepOf(UNIDENTIFIED, message, ALONE)).toEqual({
      state: UNIDENTIFIED,
      answer: { errno: 404, reason: 'need to send IDENTIFY message first', msgid: 'm' },
    });
  });

  it('may ask whether somebody is there before that', () => {
    expect(stepOf(UNIDENTIFIED, { type: 'PING', msgid: 'm', seq: 7 }, ALONE)).toEqual({ state: UNIDENTIFIED, answer: OK });
  });

  it.each([
    [undefined, 0],
    [7, 7],
  ])('begins with nothing, in its run %s', (generation, kept) => {
    const { state, answer } = stepOf(UNIDENTIFIED, { ...IDENTIFY, ...(generation !== undefined && { generation }) }, ALONE);
    expect([state, answer]).toEqual([known({}, { generation: kept }), OK]);
  });

  it('is one for good', () => {
    const before = known({ 'shop.web': [1] });
    expect(stepOf(before, { ...IDENTIFY, name: 'b' }, ALONE)).toEqual({
      state: before,
      answer: { errno: 409, reason: '', msgid: 'm', message: 'this connection has identified itself already' },
    });
  });

  it('is not spoken for by who may not', () => {
    const neighbours: SessionNeighbours = { ...ALONE, refusalFor: (name) => (name === 'a' ? 'expected a key that may manage a' : undefined) };
    const { state, answer } = stepOf(UNIDENTIFIED, IDENTIFY, neighbours);
    expect([state, answer]).toEqual([UNIDENTIFIED, { errno: 403, reason: 'forbidden', msgid: 'm', message: 'expected a key that may manage a' }]);
    expect(stepOf(UNIDENTIFIED, { ...IDENTIFY, name: 'b' }, neighbours).answer).toEqual(OK);
  });

  it.each([
    ['of a run before', 3, 4, 'taken'],
    ['of the same run, which has lost its connection', 4, 4, 'taken'],
    ['of a later run', 5, 4, 'refused'],
    ['that says no run', 0, undefined, 'refused'],
    ['that says none, where this one does', 0, 1, 'taken'],
    ['of a run, where this one says none', 1, undefined, 'refused'],
  ] as const)('that another connection speaks for, %s', (_, theirs, ours, outcome) => {
    const neighbours: SessionNeighbours = { ...ALONE, otherOf: (identity) => (identity === 'a http://a:5000' ? { generation: theirs } : undefined) };
    const { answer } = stepOf(UNIDENTIFIED, { ...IDENTIFY, ...(ours !== undefined && { generation: ours }) }, neighbours);
    const refusal = { errno: 409, reason: '', msgid: 'm', message: 'another connection speaks for a at http://a:5000' };
    expect(answer).toEqual(outcome === 'taken' ? OK : refusal);
  });
});

describe('what a node says of', () => {
  it.each([
    ['a job', job('REGISTER_JOB', 'shop.web'), { 'blog.php': [3, 4], 'shop.web': [] }],
    ['a job that is gone', job('UNREGISTER_JOB', 'blog.php'), {}],
    ['a job that is gone, which it never had', job('UNREGISTER_JOB', 'no.such'), { 'blog.php': [3, 4] }],
    ['a process', process('REGISTER_PROCESS', 'blog.php', 5), { 'blog.php': [3, 4, 5] }],
    ['a process twice', process('REGISTER_PROCESS', 'blog.php', 3), { 'blog.php': [3, 4] }],
    ['a process that has ended', process('UNREGISTER_PROCESS', 'blog.php', 3), { 'blog.php': [4] }],
    ['a process that has ended, which it never had', process('UNREGISTER_PROCESS', 'blog.php', 9), { 'blog.php': [3, 4] }],
  ])('%s', (_, message, jobs) => {
    const before = known({ 'blog.php': [3, 4] });
    const { state, answer } = stepOf(before, message, ALONE);
    expect(answer).toEqual(OK);
    expect(jobsIn(state)).toEqual(jobs);
    expect(jobsIn(before)).toEqual({ 'blog.php': [3, 4] });
  });

  it('a job twice is refused by its name', () => {
    const before = known({ 'blog.php': [] });
    const answer = { errno: 409, reason: "job 'blog.php' is already registered", msgid: 'm' };
    expect(stepOf(before, job('REGISTER_JOB', 'blog.php'), ALONE)).toEqual({ state: before, answer });
  });

  it.each(['REGISTER_PROCESS', 'UNREGISTER_PROCESS'] as const)('a process of a job that it does not have is refused: %s', (type) => {
    const before = known({ 'blog.php': [] });
    const answer = { errno: 404, reason: '', msgid: 'm', message: "job 'shop.web' is not registered" };
    expect(stepOf(before, process(type, 'shop.web', 1), ALONE)).toEqual({ state: before, answer });
  });

  it('its events, which is how far it has got', () => {
    const first = stepOf(known(), { ...job('REGISTER_JOB', 'shop.web'), seq: 4 } as NumberedMessage, ALONE).state;
    expect(first.entry?.seq).toBe(4);
    const second = stepOf(first, { type: 'PING', msgid: 'm', seq: 9 }, ALONE).state;
    expect([second.entry?.seq, jobsIn(second)]).toEqual([9, { 'shop.web': [] }]);
    expect(stepOf(second, { type: 'PING', msgid: 'm' }, ALONE).state.entry?.seq).toBe(9);
  });
});
