import { describe, expect, test } from 'vitest';
import { checkPassword, expectPassword, hashPassword, isOriginalHash } from '../../../src/daemon/accounts/password.ts';
import { cpuMsOf } from '../../support/cpu-time.ts';
import { failure } from './rig.ts';

/** python: 'PBKDF2-256$%s:%s$%s' % (salt, 1000, hashlib.pbkdf2_hmac('sha1', b'pass:word', salt, 1000, 24).hex()) */
const ORIGINAL = 'PBKDF2-256$0123456789abcdef0123456789abcdef:1000$cb87f2b3e7593c9f574953f9aaa9bd7ae88dca51c9ad32b3';

const RIGHT = { isRight: true, better: undefined };
const WRONG = { isRight: false, better: undefined };

/** Each password that is tried takes the time of a core, and others may want it too. */
const SLOW = { timeout: 60_000 };

describe('a password', SLOW, () => {
  test('is right when it is the one that was hashed, and each hash has a salt of its own', async () => {
    const [one, other] = await Promise.all([hashPassword('secret'), hashPassword('secret')]);
    expect(one).toMatch(/^scrypt\$32768\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(other);
    expect(await checkPassword(one, 'secret')).toEqual(RIGHT);
    expect(await checkPassword(one, 'Secret')).toEqual(WRONG);
    expect(await checkPassword(one, '')).toEqual(WRONG);
  });

  test('of the original gaffer is accepted, and hashed anew', async () => {
    const { isRight, better = '' } = await checkPassword(ORIGINAL, 'pass:word');
    expect(isRight).toBe(true);
    expect(await checkPassword(better, 'pass:word')).toEqual(RIGHT);
    expect(await checkPassword(ORIGINAL, 'password')).toEqual(WRONG);
  });

  test('that was hashed at a lower cost is hashed anew', async () => {
    // node: scryptSync('secret', Buffer.alloc(16), 32, { N: 1024, r: 8, p: 1 })
    const weak = 'scrypt$1024$8$1$AAAAAAAAAAAAAAAAAAAAAA$MAQg4JGLPMRqJFBEKf8fQ-4nhhombI56iCi1UYs3wDs';
    const { isRight, better } = await checkPassword(weak, 'secret');
    expect(isRight).toBe(true);
    expect(better).toMatch(/^scrypt\$32768\$/);
    expect(await checkPassword(weak, 'Secret')).toEqual(WRONG);
  });

  test('may be anything that can be typed, and the same letters count as the same however they are made', async () => {
    const hash = await hashPassword('Zo\u00eb:\u0000 \u{1f40e} p\u00e4ss');
    expect(await checkPassword(hash, 'Zoe\u0308:\u0000 \u{1f40e} pa\u0308ss')).toEqual(RIGHT);
    expect(await checkPassword(hash, 'Zoe:\u0000 \u{1f40e} pass')).toEqual(WRONG);
  });

  test.for([
    [undefined],
    [''],
    ['scrypt$'],
    ['scrypt$1$8$1$x$y'],
    [`scrypt$3$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`],
    [`scrypt$8388608$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`],
    ['PBKDF2-256$x$y'],
    [ORIGINAL.replace(':1000', ':0')],
    ['plain'],
  ])('is never right against %s', async ([stored]) => {
    expect(await checkPassword(stored, 'plain')).toEqual(WRONG);
  });

  test('takes as long to try where there is no user, or one of the original gaffer, as where there is one', async () => {
    const today = await hashPassword('secret');
    const best = async (stored: string | undefined): Promise<number> => {
      let shortest = Number.POSITIVE_INFINITY;
      for (let time = 0; time < 3; time += 1) {
        shortest = Math.min(shortest, await cpuMsOf(() => checkPassword(stored, 'wrong')));
      }
      return shortest;
    };
    const known = await best(today);
    for (const stored of [undefined, ORIGINAL, 'damaged']) {
      const unknown = await best(stored);
      expect(unknown / known).toBeGreaterThan(0.25); // the original's alone takes a fiftieth
    }
  });

  test.for<[string, string, string | undefined]>([
    ['seven characters', 'sevensy', 'password: expected 8 characters at least, got 7'],
    ['none', '', 'password: expected 8 characters at least, got 0'],
    ['four characters of two code units', '\u{1f40e}'.repeat(4), 'password: expected 8 characters at least, got 4'],
    ['eight characters', 'eightsy!', undefined],
    ['eight blanks', ' '.repeat(8), undefined],
    ['1,024 bytes', 'ü'.repeat(512), undefined],
    ['1,025 bytes', `${'ü'.repeat(512)}u`, 'password: expected 1024 bytes at most, got 1025'],
  ])('of %s', ([, text, message]) => {
    if (message === undefined) {
      expect(expectPassword(text)).toBe(text);
    } else {
      expect(failure(() => expectPassword(text))).toEqual({ code: 'bad_request', message });
    }
  });
});

test('the original’s hashes are told from others', () => {
  expect(isOriginalHash(ORIGINAL)).toBe(true);
  for (const text of [`${ORIGINAL}0`, ORIGINAL.toUpperCase(), 'scrypt$', '', ORIGINAL.replace('$0', '$:0')]) {
    expect(isOriginalHash(text)).toBe(false);
  }
});
