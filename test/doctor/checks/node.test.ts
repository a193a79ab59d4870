import { describe, expect, it } from 'vitest';
import { checkNode, type FoundNode } from '../../../src/doctor/checks/node.ts';
import { told } from './told.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');

const CALM: FoundNode = {
  place: 'http://127.0.0.1:5000',
  isLocal: true,
  isSocket: false,
  version: '1.2.3',
  withoutKey: 200,
  otherOrigin: 403,
  otherHost: 403,
  otherChannel: 403,
  aheadMs: 300,
  tls: undefined,
  key: undefined,
};

const LOCKED: Partial<FoundNode> = { withoutKey: 401, otherOrigin: undefined, otherHost: undefined, otherChannel: undefined };

const CERTIFICATE = { validFrom: 'Nov  1 00:00:00 2026 GMT', validTo: 'Nov  1 00:00:00 2027 GMT' };
const TLS = { protocol: 'TLSv1.3', certificate: CERTIFICATE };
const REMOTE: Partial<FoundNode> = { place: 'https://box:5000', isLocal: false };

describe('a node that answers', () => {
  it.each<[string, Partial<FoundNode>, readonly string[]]>([
    ['asks nobody on its own machine', {}, ['ok node', 'ok node-key', 'ok browser']],
    ['is a socket', { isSocket: true, otherOrigin: undefined, otherHost: undefined, otherChannel: undefined }, ['ok node', 'ok node-key']],
    ['is of another version', { version: '1.2.2' }, ['advice node-version', 'ok node-key', 'ok browser']],
    ['is something else', { version: undefined }, ['problem node']],
    ['asks nobody, and others reach it', { isLocal: false }, ['ok node', 'problem node-open', 'ok browser']],
    ['asks for a key', LOCKED, ['ok node', 'ok node-key']],
    ['has something strange in front of it', { ...LOCKED, withoutKey: 302 }, ['ok node', 'warning node-key']],
    ['lets every page in', { otherOrigin: 200 }, ['ok node', 'ok node-key', 'problem other-origin']],
    ['lets every page open a channel', { otherChannel: 101 }, ['ok node', 'ok node-key', 'problem other-origin']],
    ['answers to every name', { otherHost: 200 }, ['ok node', 'ok node-key', 'problem other-host']],
    ['hears keys in the clear', { ...LOCKED, isLocal: false }, ['ok node', 'ok node-key', 'warning node-in-clear']],
    ['hears keys over TLS', { ...LOCKED, ...REMOTE, tls: TLS }, ['ok node', 'ok node-key', 'ok node-tls']],
    ['speaks an old TLS', { ...LOCKED, ...REMOTE, tls: { ...TLS, protocol: 'TLSv1.1' } }, ['ok node', 'ok node-key', 'problem node-tls']],
    [
      'has a certificate that ends soon',
      { ...LOCKED, ...REMOTE, tls: { ...TLS, certificate: { ...CERTIFICATE, validTo: 'Dec  1 00:00:00 2026 GMT' } } },
      ['ok node', 'ok node-key', 'ok node-tls', 'warning certificate-validity'],
    ],
    ['has another time', { aheadMs: -90_000 }, ['ok node', 'ok node-key', 'ok browser', 'warning clock']],
    ['tells no time', { aheadMs: undefined }, ['ok node', 'ok node-key', 'ok browser']],
    ['does not know the key', { ...LOCKED, key: { isKept: true, rights: 'unknown' } }, ['ok node', 'ok node-key', 'problem key-unknown']],
    ['lets the kept key do everything', { ...LOCKED, key: { isKept: true, rights: 'admin' } }, ['ok node', 'ok node-key', 'advice key-admin']],
    ['lets the key do everything', { ...LOCKED, key: { isKept: false, rights: 'admin' } }, ['ok node', 'ok node-key', 'ok key']],
    ['lets the key manage all', { ...LOCKED, key: { isKept: true, rights: 'all' } }, ['ok node', 'ok node-key', 'ok key']],
    ['lets the key do something', { ...LOCKED, key: { isKept: true, rights: 'some' } }, ['ok node', 'ok node-key', 'ok key']],
    ['needs no key that is kept for it', { key: { isKept: true, rights: 'all' } }, ['ok node', 'ok node-key', 'ok browser', 'advice key-unused']],
  ])('%s', (_what, facts, expected) => {
    expect(told(checkNode({ kind: 'found', ...CALM, ...facts }, { version: '1.2.3', nowMs: NOW }))).toEqual(expected);
  });

  it('tells by how much its clock is wrong', () => {
    const [clock] = checkNode({ kind: 'found', ...CALM, aheadMs: 3_600_000 }, { version: '1.2.3', nowMs: NOW }).filter(({ id }) => id === 'clock');
    expect(clock?.message).toContain('is 3600 s ahead of the one here');
  });
});

describe('a node that does not answer', () => {
  const lost = { kind: 'lost' as const, place: 'http://box:5000', reason: 'no node answers at http://box:5000' };

  it.each([
    ['was named', { wasNamed: true, isUntrusted: false }, ['problem node']],
    ['was not named', { wasNamed: false, isUntrusted: false }, ['advice node']],
    ['can’t be trusted', { wasNamed: false, isUntrusted: true }, ['problem node-untrusted']],
  ])('%s', (_what, facts, expected) => {
    expect(told(checkNode({ ...lost, ...facts }, { version: '1.2.3', nowMs: NOW }))).toEqual(expected);
  });
});
