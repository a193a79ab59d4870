import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { expectSecret, signatureOf } from '../../src/protocol/hook-signature.ts';

/** HMAC-SHA256 as another program computes it. */
function opensslHmac(secret: string, text: string): string {
  const key = Buffer.from(secret).toString('hex');
  const args = ['dgst', '-sha256', '-mac', 'HMAC', '-macopt', `hexkey:${key}`];
  return execFileSync('openssl', args, { input: text, encoding: 'utf8' }).trim().split(' ').at(-1) ?? '';
}

describe('a signature', () => {
  it.each([
    ['secret', 1_763_770_000, '{"event":"spawn"}'],
    ['bücher %', 0, ''],
    ['x'.repeat(200), 1, 'ü\n'],
  ])('with the secret %j is that of the time and the body', (secret, seconds, body) => {
    expect(signatureOf({ secrets: [secret], seconds, body })).toBe(`t=${seconds},v1=${opensslHmac(secret, `${seconds}.${body}`)}`);
  });

  it('has one value for each secret', () => {
    const [one, two] = ['a', 'b'].map((secret) => opensslHmac(secret, '5.x'));
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
