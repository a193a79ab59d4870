import { describe, expect, it } from 'vitest';
import { expectSecret, signatureOf } from '../../src/protocol/hook-signature.ts';

describe('a signature', () => {
  it.each([
    ['secret', 1_763_770_000, '{"event":"spawn"}', 'ac6380ffbc539b026750c8a4cd3d1d2c841d922ecfd98fea3f437165ca7f24a1'],
    ['bücher %', 0, '', 'a6143b8edf3f8e2a422475aed35b069c70244ffc358cfb35cb519b58a2dac542'],
    ['x'.repeat(200), 1, 'ü\n', '5bb2c010af73fea027f84d5e21a1f94242bcbcffdb05416534277e0fe7d916f4'],
  ])('with the secret %j is that of the time and the body, as OpenSSL computes it', (secret, seconds, body, expected) => {
    expect(signatureOf({ secrets: [secret], seconds, body })).toBe(`t=${seconds},v1=${expected}`);
  });

  it('has one value for each secret', () => {
    const one = 'c2e6bd15ce58a0ab683f67dea1753fb0a335d23e42c445e7b3af1de925a4b5b4';
    const two = 'b6b22167b5f1660113a92ab765de2fb0dcc5d5d327cdcb05fd829b74ce4cd667';
    expect(signatureOf({ secrets: ['a', 'b'], seconds: 5, body: 'x' })).toBe(`t=5,v1=${one},v1=${two}`);
  });
});

describe('a secret', () => {
  it.each(['x', ' correct horse ', 'ü', 'x'.repeat(1024)])('may be %j', (text) => {
    expect(expectSecret(text)).toBe(text);
  });

  it.each(['', '  ', 'a\nb', 'hidden\0', 'x'.repeat(1025)])('may not be %j, and is not told', (text) => {
    const message = 'expected a text of 1 to 1024 characters on one line for a secret, got something else';
    expect(() => expectSecret(text)).toThrow(expect.objectContaining({ code: 'bad_request', message }) as Error);
  });
});
