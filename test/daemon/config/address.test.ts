import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, formatAddress, isLocal, parseAddress } from '../../../src/daemon/config/address.ts';

const tcp = (host: string | undefined, port: number): Address => ({ kind: 'tcp', host, port });
const unix = (path: string): Address => ({ kind: 'unix', path });

describe('an address', () => {
  it.each<[string, Address]>([
    ['127.0.0.1:5000', tcp('127.0.0.1', 5000)],
    ['example.com:80', tcp('example.com', 80)],
    ['LocalHost', tcp('localhost', 5000)],
    ['my_host-1.lan.', tcp('my_host-1.lan.', 5000)],
    ['10.0.0.1', tcp('10.0.0.1', 5000)],
    [':8080', tcp(undefined, 8080)],
    ['*:8080', tcp(undefined, 8080)],
    ['0.0.0.0:0', tcp('0.0.0.0', 0)],
    ['8080', tcp('127.0.0.1', 8080)],
    ['[::1]:5001', tcp('::1', 5001)],
    ['[::]', tcp('::', 5000)],
    ['::1', tcp('::1', 5000)],
    ['fe80::1', tcp('fe80::1', 5000)],
    ['unix:/run/g.sock', unix('/run/g.sock')],
    ['unix:///run/g.sock', unix('/run/g.sock')],
    ['UNIX:/run/g.sock', unix('/run/g.sock')],
    ['unix:g.sock', unix('g.sock')],
    ['unix:~/g.sock', unix('~/g.sock')],
  ])('%s', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  it('is at the port of whoever listens there, also in examples', () => {
    const read = (text: string): Address => parseAddress(text, 5010);
    expect(['localhost', '[::1]', '::1', '*', 'a:1'].map(read)).toEqual([
      tcp('localhost', 5010),
      tcp('::1', 5010),
      tcp('::1', 5010),
      tcp(undefined, 5010),
      tcp('a', 1),
    ]);
    expect(() => read('a b')).toThrow('expected an address like 127.0.0.1:5010, [::1]:5010, :5010 or unix:/path, got "a b"');
    expect(() => read('http://a')).toThrow('like 127.0.0.1:5010,');
  });

  const general = (text: string, hint = ''): string =>
    `expected an address like 127.0.0.1:5000, [::1]:5000, :5000 or unix:/path, got ${JSON.stringify(text)}${hint}`;

  it.each([
    ['', general('')],
    ['a b:1', general('a b:1')],
    ['300.0.0.1:80', general('300.0.0.1:80')],
    ['1.2.3', general('1.2.3')],
    ['[localhost]:80', general('[localhost]:80')],
    ['[]:80', general('[]:80')],
    ['[::1:80', general('[::1:80')],
    ['-x:80', general('-x:80')],
    ['http://localhost:80', general('http://localhost:80', ': leave out what is before the host')],
    [':', 'expected a port from 0 to 65535, got ":"'],
    ['localhost:', 'expected a port from 0 to 65535, got "localhost:"'],
    ['localhost:http', 'expected a port from 0 to 65535, got "localhost:http"'],
    ['localhost:-1', 'expected a port from 0 to 65535, got "localhost:-1"'],
    ['a:1:2', 'expected a port from 0 to 65535, got "a:1:2"'],
    [':65536', 'expected a port from 0 to 65535, got ":65536"'],
    ['123456', 'expected a port from 0 to 65535, got "123456"'],
    ['unix:', 'expected a path like unix:/run/gafferd.sock, got "unix:"'],
    ['unix://host/x', 'expected a path like unix:/run/gafferd.sock, got "unix://host/x"'],
  ])('can not be %j', (text, message) => {
    expect(() => parseAddress(text)).toThrow(message);
  });

  it('is the same after it was written', () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain(), fc.constant(undefined));
    const address = fc.oneof(
      fc.record({ kind: fc.constant('tcp' as const), host, port: fc.nat(65_535) }),
      fc.record({ kind: fc.constant('unix' as const), path: fc.stringMatching(/^\/[\w./ -]*\w$/).filter((path) => !path.startsWith('//')) }),
    );
    fc.assert(
      fc.property(address, (one) => {
        const read = parseAddress(formatAddress(one));
        expect(formatAddress(read).toLowerCase()).toBe(formatAddress(one).toLowerCase());
      }),
    );
  });
});

it.each([
  ['127.0.0.1:5000', true],
  ['127.1.2.3', true],
  ['localhost', true],
  ['[::1]:1', true],
  ['unix:/x', true],
  ['5000', true],
  [':5000', false],
  ['0.0.0.0', false],
  ['[::]:1', false],
  ['127.example.com', false],
  ['10.0.0.1', false],
])('%s can be reached from this machine alone: %s', (text, expected) => {
  expect(isLocal(parseAddress(text))).toBe(expected);
});
