import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectUserName } from '../../../src/daemon/accounts/user-name.ts';
import { failure } from './rig.ts';

function isUserName(text: string): boolean {
  try {
    expectUserName(text);
    return true;
  } catch {
    return false;
  }
}

describe('a user may be called', () => {
  it.each([
    'bob',
    'Bob Jones',
    'bob@example.com',
    'größe',
    '魚',
    '🐎',
    '__proto__',
    'constructor',
    'toString',
    'a?b#c%2e',
    'CORP\\bob',
    "o'neill",
    '-rf',
    '...',
    'x'.repeat(64),
    '🐎'.repeat(64),
  ])('%s', (name) => {
    expect(expectUserName(name)).toBe(name);
  });

  it('the same in every form of the same letters', () => {
    expect(expectUserName('Zoe\u0308')).toBe('Zo\u00eb');
  });
});

describe('a user may not be called', () => {
  it.each<[string, string, string]>([
    ['nothing', '', 'expected 1 to 64 characters, got 0'],
    ['something long', 'x'.repeat(65), 'expected 1 to 64 characters, got 65'],
    ['a colon', 'a:b', 'got "a:b"'],
    ['a slash', 'a/b', 'got "a/b"'],
    ['a place', '.', 'got "."'],
    ['a place above', '..', 'got ".."'],
    ['a blank', ' ', 'got " "'],
    ['a blank in front', ' bob', 'got " bob"'],
    ['a blank behind', 'bob ', 'got "bob "'],
    ['two lines', 'bob\r\nX-Api-Key: 1', 'got "bob\\u000d\\u000aX-Api-Key: 1"'.replace(': 1', ': 1')],
    ['a colour', 'bob\x1b[31m', 'got "bob\\u001b[31m"'],
    ['nul', 'bob\0', 'got "bob\\u0000"'],
    ['turned text', 'bob\u202egnp', 'got "bob\\u202egnp"'],
    ['an invisible letter', 'bo\u200bb', 'got "bo\\u200bb"'],
    ['another blank', 'bob\u00a0jones', 'got "bob\\u00a0jones"'],
    ['half a letter', 'bob\ud83d', 'username: expected a name'],
  ])('%s', (_, name, message) => {
    const failed = failure(() => expectUserName(name));
    expect(failed.code).toBe('bad_request');
    expect(failed.message).toContain(message);
    expect(isUserName(name)).toBe(false);
  });

  it('anything that could break a line, a header, an address or Basic authentication', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (text) => {
        if (!isUserName(text)) {
          expect(failure(() => expectUserName(text)).message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
          return;
        }
        const name = expectUserName(text);
        expect(name).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}:/]/u);
        expect(expectUserName(name)).toBe(name);
        expect(decodeURIComponent(new URL(`/users/${encodeURIComponent(name)}`, 'http://node').pathname)).toBe(`/users/${name}`);
        const [user] = Buffer.from(Buffer.from(`${name}:pass:word`).toString('base64'), 'base64')
          .toString()
          .split(':', 1);
        expect(user).toBe(name);
      }),
      { numRuns: 300 },
    );
  });
});
