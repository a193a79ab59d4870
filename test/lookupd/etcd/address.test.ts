import { expect, test } from 'vitest';
import { parseEtcdAddress, shownEtcdAddress } from '../../../src/lookupd/etcd/address.ts';

const USUAL = { prefix: '/gaffer/lookup/', login: undefined, files: {} };

test.each([
  ['etcd://db', { ...USUAL, endpoints: ['http://db:2379'] }],
  ['etcd://10.0.0.1:4001,10.0.0.2,[::1]:5', { ...USUAL, endpoints: ['http://10.0.0.1:4001', 'http://10.0.0.2:2379', 'http://[::1]:5'] }],
  ['etcd://db/', { ...USUAL, endpoints: ['http://db:2379'] }],
  ['etcd://db/staging/nodes//', { ...USUAL, endpoints: ['http://db:2379'], prefix: '/staging/nodes/' }],
  ['etcd://me:p%40ss:w@db', { ...USUAL, endpoints: ['http://db:2379'], login: { user: 'me', password: 'p@ss:w' } }],
  ['etcds://db?cacert=/a/ca.pem', { ...USUAL, endpoints: ['https://db:2379'], files: { cacert: '/a/ca.pem' } }],
  ['etcds://db/x?certfile=c&keyfile=k', { ...USUAL, endpoints: ['https://db:2379'], prefix: '/x/', files: { certfile: 'c', keyfile: 'k' } }],
])('reads %s', (text, expected) => {
  expect(parseEtcdAddress(text)).toEqual(expected);
});

test.each([
  ['redis://db', 'expected etcd://HOST:PORT[,HOST:PORT...] (or etcds:// for TLS), got "redis://db"'],
  ['etcd://', 'a host is missing'],
  ['etcd://a,,b', 'a host is missing'],
  ['etcd://a:0', '"a:0" is no HOST:PORT'],
  ['etcd://a:70000', '"a:70000" is no HOST:PORT'],
  ['etcd://a b', '"a b" is no HOST:PORT'],
  ['etcd://::1', '"::1" is no HOST:PORT'],
  ['etcd://me@db', 'before @ belongs USER:PASSWORD'],
  ['etcd://me:%@db', 'got "etcd://me:***@db": a % in user or password has to be written as %25'],
  ['etcd://db?cacert=f', 'files are for TLS: write etcds://'],
  ['etcds://db?ca=f', '"ca" is none of cacert, certfile, keyfile'],
  ['etcds://db?cacert=', 'cacert needs a file'],
  ['etcds://db?certfile=f', 'certfile and keyfile belong together'],
])('refuses %s', (text, expected) => {
  expect(() => parseEtcdAddress(text)).toThrow(expected);
});

test('shows an address without its password', () => {
  expect(shownEtcdAddress('etcd://me:s:e@c@db,other/x')).toBe('etcd://me:***@db,other/x');
  expect(shownEtcdAddress('etcd://db:2379')).toBe('etcd://db:2379');
});
