import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areaFromBytes, isWithinArea, parseArea, parseServerName } from '../../src/certificates/server-name.ts';

describe('what a server is called', () => {
  test.each([
    ['localhost', 'dns', 'localhost'],
    ['Node1.Example.ORG', 'dns', 'node1.example.org'],
    ['*.example.org', 'dns', '*.example.org'],
    ['my_box', 'dns', 'my_box'],
    ['bücher.example', 'dns', 'xn--bcher-kva.example'],
    ['10.0.0.5', 'ip', '10.0.0.5'],
    ['::1', 'ip', '::1'],
    ['[fe80::1]', 'ip', 'fe80::1'],
  ])('%s is read', (text, kind, name) => {
    expect(parseServerName(text)).toMatchObject({ kind, name });
  });

  test.each([
    '',
    ' ',
    'a b',
    'http://x',
    'x:5000',
    'x/y',
    '-x',
    'x-',
    'a..b',
    '.x',
    'x.',
    '*',
    'a.*.b',
    '1.2.3',
    '1.2.3.400',
    'fe80::1%eth0',
    'x'.repeat(64),
    '10.0.0.0/8',
    'a\nb',
    'a\0b',
  ])('%j is none', (text) => {
    expect(() => parseServerName(text)).toThrow(/^expected a host name or an address/);
  });

  test('any address is the bytes that it stands for', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV6(), fc.ipV4()), (text) => {
        const { bytes } = parseServerName(text) as { bytes: Buffer };
        const back = areaFromBytes(Buffer.concat([bytes, Buffer.alloc(bytes.length, 0xff)])).name;
        expect(back).toBe(isIPv6(text) ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text);
      }),
    );
  });
});

describe('an area', () => {
  test.each<readonly [string, string, boolean]>([
    ['example.org', 'example.org', true],
    ['example.org', 'a.example.org', true],
    ['example.org', '*.example.org', true],
    ['example.org', 'notexample.org', false],
    ['a.example.org', 'example.org', false],
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/12', '10.15.9.9', true],
    ['10.0.0.0/12', '10.16.0.0', false],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '::1', false],
    ['10.0.0.5', '10.0.0.5', true],
    ['10.0.0.5', '10.0.0.6', false],
    ['fd00::/8', 'fdff::1', true],
    ['fd00::/8', 'fe00::1', false],
    ['10.0.0.0/8', 'example.org', false],
    ['example.org', '10.0.0.1', false],
  ])('%s has %s in it: %s', (area, name, isIn) => {
    expect(isWithinArea(parseServerName(name), parseArea(area))).toBe(isIn);
  });

  test.each(['', '*.example.org', 'example.org/8', '10.0.0.0/33', '::/129', '10.0.0.0/', '/8'])('%j is none', (text) => {
    expect(() => parseArea(text)).toThrow(/^expected a/);
  });
});
