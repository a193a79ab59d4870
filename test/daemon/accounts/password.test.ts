import { describe, expect, test } from 'vitest';
import { checkPassword, hashPassword } from '../../../src/daemon/accounts/password.ts';

describe('a password', () => {
  test('is right when it is the one that was hashed, and each hash has a salt of its own', async () => {
    const [one, other] = await Promise.all([hashPassword('secret'), hashPassword('secret')]);
    expect(one).toMatch(/^scrypt\$32768\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(other);
    expect(await checkPassword(one, 'secret')).toEqual({ isRight: true, isOld: false });
    expect(await checkPassword(one, 'Secret')).toEqual({ isRight: false, isOld: false });
    expect(await checkPassword(one, '')).toEqual({ isRight: false, isOld: false });
  });

  test('of the original gaffer is accepted, and is to be hashed anew', async () => {
    // python: hashlib.pbkdf2_hmac('sha1', b'pass:word', b'0123456789abcdef0123456789abcdef', 1000, 24).hex()
    const stored = 'PBKDF2-256$0123456789abcdef0123456789abcdef:1000$cb87f2b3e7593c9f574953f9aaa9bd7ae88dca51c9ad32b3';
    expect(await checkPassword(stored, 'pass:word')).toEqual({ isRight: true, isOld: true });
    expect(await checkPassword(stored, 'password')).toEqual({ isRight: false, isOld: false });
  });

  test.for([[undefined], [''], ['scrypt$'], ['scrypt$1$8$1$x$y'], ['PBKDF2-256$x$y'], ['plain']])('is never right against %s', async ([stored]) => {
    expect(await checkPassword(stored, 'plain')).toEqual({ isRight: false, isOld: false });
  });
});
