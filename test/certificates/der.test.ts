import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { integer, moment, objectId, octets, readThings, sequence, switches, tagged, text } from '../../src/certificates/der.ts';

describe('DER', () => {
  test.each([
    ['a small number', integer(5n), '020105'],
    ['a number whose first bit is set', integer(0x80n), '02020080'],
    ['zero', integer(0n), '020100'],
    ['a text', text('hé'), '0c0368c3a9'],
    ['a name that is numbers', objectId('1.2.840.10045.4.3.2'), '06082a8648ce3d040302'],
    ['one that begins with 2', objectId('2.5.29.17'), '0603551d11'],
    ['switches', switches(5, 6), '03020106'],
    ['the first switch', switches(0), '03020780'],
    ['a moment before 2050', moment(new Date('2049-12-31T23:59:59Z')), `170d${Buffer.from('491231235959Z').toString('hex')}`],
    ['a moment from 2050', moment(new Date('2050-01-01T00:00:00Z')), `180f${Buffer.from('20500101000000Z').toString('hex')}`],
    ['something by its place', tagged(2, Buffer.from('x')), '820178'],
    ['things by their place', tagged(3, integer(1n), true), 'a303020101'],
    ['a sequence', sequence(integer(1n), integer(2n)), '3006020101020102'],
    ['200 bytes', octets(Buffer.alloc(200)), `0481c8${'00'.repeat(200)}`],
    ['300 bytes', octets(Buffer.alloc(300)), `0482012c${'00'.repeat(300)}`],
  ])('writes %s', (_what, bytes, hex) => {
    expect(bytes.toString('hex')).toBe(hex);
  });

  test('is read as it was written, and nothing makes reading fail', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 })), (contents) => {
        const bytes = Buffer.concat(contents.map((content) => octets(Buffer.from(content))));
        expect(readThings(bytes).map(({ content }) => [...content])).toEqual(contents.map((content) => [...content]));
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => Array.isArray(readThings(Buffer.from(bytes)))));
  });
});
