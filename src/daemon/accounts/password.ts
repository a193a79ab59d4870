import { pbkdf2, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** What scrypt costs: 32 MB and some 60 ms, for each password that is tried. */
const COST = { N: 2 ** 15, r: 8, p: 1 } as const;
const HASH_BYTES = 32;
const MAX_MEMORY = 128 * 1024 * 1024;

const deriveScrypt = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
const derivePbkdf2 = promisify(pbkdf2);

/** What trying a password has shown. */
export interface PasswordCheck {
  readonly isRight: boolean;
  /** It is right, and its hash should be made anew: it is weaker than what is made today. */
  readonly isOld: boolean;
}

/** Hashes a password, with a salt of its own: `scrypt$N$r$p$SALT$HASH`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const { N, r, p } = COST;
  const hash = await deriveScrypt(password, salt, HASH_BYTES, { N, r, p, maxmem: MAX_MEMORY });
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/**
 * Tries a password. Where there is no hash it takes as long as where there is one: nobody learns who has an account.
 * @param stored a hash of {@link hashPassword}, or one of the original gaffer's (`PBKDF2-256$SALT:ROUNDS$HEX`)
 */
export async function checkPassword(stored: string | undefined, password: string): Promise<PasswordCheck> {
  if (stored === undefined) {
    await hashPassword(password);
    return { isRight: false, isOld: false };
  }
  return stored.startsWith('scrypt$') ? await checkScrypt(stored, password) : await checkOriginal(stored, password);
}

async function checkScrypt(stored: string, password: string): Promise<PasswordCheck> {
  const [, N, r, p, salt = '', hash = ''] = stored.split('$');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const expected = Buffer.from(hash, 'base64url');
  if (expected.length !== HASH_BYTES) {
    return { isRight: false, isOld: false };
  }
  const got = await deriveScrypt(password, Buffer.from(salt, 'base64url'), HASH_BYTES, { ...cost, maxmem: MAX_MEMORY });
  const isRight = timingSafeEqual(got, expected);
  return { isRight, isOld: isRight && (cost.N < COST.N || cost.r < COST.r) };
}

/** The original's: HMAC-SHA-1 in spite of its name, the salt taken as text, 24 bytes. */
async function checkOriginal(stored: string, password: string): Promise<PasswordCheck> {
  const [, salt, rounds, hex] = /^PBKDF2-256\$([^:$]+):(\d{1,7})\$([0-9a-f]{48})$/.exec(stored) ?? [];
  if (salt === undefined || rounds === undefined || hex === undefined) {
    return { isRight: false, isOld: false };
  }
  const got = await derivePbkdf2(password, salt, Number(rounds), 24, 'sha1');
  const isRight = timingSafeEqual(got, Buffer.from(hex, 'hex'));
  return { isRight, isOld: isRight };
}
