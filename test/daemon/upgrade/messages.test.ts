import { describe, expect, it } from 'vitest';
import { type FromPredecessor, type FromSuccessor, readFromPredecessor, readFromSuccessor } from '../../../src/daemon/upgrade/messages.ts';

/** As it comes out of the channel. */
const sent = (message: unknown): unknown => JSON.parse(JSON.stringify(message));

const PLACE = { env: { PATH: '/bin' }, cwd: '/srv', home: undefined, isRoot: true };
const HANDOVER: FromPredecessor = { kind: 'handover', pid: 7, stateDir: '/var/lib/gaffer', place: PLACE, sockets: ['127.0.0.1:5000', 'unix:/run/s'] };

describe('what two gafferds tell each other', () => {
  it.each<FromPredecessor>([HANDOVER, { kind: 'go' }])('is read as it was said by the old one: $kind', (message) => {
    expect(readFromPredecessor(sent(message))).toEqual(message);
  });

  it.each<FromSuccessor>([
    { kind: 'ready', sockets: [] },
    { kind: 'failed', reason: 'no' },
    { kind: 'serving', version: '1.2.3' },
  ])('is read as it was said by the new one: $kind', (message) => {
    expect(readFromSuccessor(sent(message))).toEqual(message);
  });

  it.each<unknown>([
    undefined,
    null,
    'go',
    1,
    [],
    { kind: 'gone' },
    { ...HANDOVER, pid: '7' },
    { ...HANDOVER, sockets: [5000] },
    { ...HANDOVER, place: {} },
  ])('is nothing where this version does not know it: %j', (message) => {
    expect(readFromPredecessor(message)).toBeUndefined();
    expect(readFromSuccessor(message)).toBeUndefined();
  });

  it('may have more in it than this version knows', () => {
    expect(readFromPredecessor({ ...HANDOVER, news: 1, place: { ...PLACE, news: 2 } })).toEqual(HANDOVER);
  });
});
