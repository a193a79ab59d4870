import { pbkdf2, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { GafferError } from '../../errors.ts';

/** What scrypt costs: 32 MB and some 60 ms, for each password that is tried. */
const COST = { N: 2 ** 15, r: 8, p: 1 } as const;
const HASH_BYTES = 32;
const MAX_MEMORY = 128 * 1024 * 1024;

/** What a new password has to have, in characters, and may have, in bytes. */
const FEWEST_CHARACTERS = 8;
const MOST_BYTES = 1024;

const SCRYPT_HASH = /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d)\$([\w-]{22})\$([\w-]{43})$/;

/** As the original gaffer has written them. */
const ORIGINAL_HASH = /^PBKDF2-256\$([^:$]+):(\d{1,7})\$([0-9a-f]{48})$/;

const deriveScrypt = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
const derivePbkdf2 = promisify(pbkdf2);

/** What trying a password has shown. */
export interface PasswordCheck {
  readonly isRight: boolean;
  /** A hash to be kept in place of the old one, where the password is right and the old one is weaker than what is made today. */
  readonly better: string | undefined;
}

const WRONG: PasswordCheck = { isRight: false, better: undefined };

/** Takes a text for a new password. @throws GafferError `bad_request` when it is too short or too long */
export function expectPassword(text: string): string {
  const length = Array.from(text).length;
  if (length < FEWEST_CHARACTERS) {
    throw new GafferError('bad_request', `password: expected ${FEWEST_CHARACTERS} characters at least, got ${length}`);
  }
  if (Buffer.byteLength(text) > MOST_BYTES) {
    throw new GafferError('bad_request', `password: expected ${MOST_BYTES} bytes at most, got ${Buffer.byteLength(text)}`);
  }
  return text;
}

/** Hashes a password, with a salt of its own: `scrypt$N$r$p$SALT$HASH`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const { N, r, p } = COST;
  const hash = await derive(password, salt, COST);
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether a text is a hash of the original gaffer's. */
export function isOriginalHash(text: string): boolean {
  return ORIGINAL_HASH.test(text);
}

/**
 * Tries a password. It takes as long as one against a hash of today also where there is no hash, or one of another kind:
 * nobody learns who has an account.
 * @param stored a hash of {@link hashPassword}, or one of the original gaffer's (`PBKDF2-256$SALT:ROUNDS$HEX`)
 */
export async function checkPassword(stored: string | undefined, password: string): Promise<PasswordCheck> {
  const ofToday = SCRYPT_HASH.exec(stored ?? '');
  if (ofToday !== null) {
    return await checkScrypt(ofToday, password);
  }
  const [isRight, better] = await Promise.all([isOriginal(stored, password), hashPassword(password)]);
  return isRight ? { isRight, better } : WRONG;
}

async function checkScrypt([, N, r, p, salt = '', hash = '']: readonly string[], password: string): Promise<PasswordCheck> {
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const isWeak = cost.N < COST.N || cost.r < COST.r;
  try {
    const got = await derive(password, Buffer.from(salt, 'base64url'), cost);
    const better = isWeak ? await hashPassword(password) : undefined;
    return timingSafeEqual(got, Buffer.from(hash, 'base64url')) ? { isRight: true, better } : WRONG;
  } catch {
    return WRONG; // a damaged hash, at a cost that nobody can pay
  }
}

/** The same letters can be written in several ways, and each keyboard has its own: they count as the same (NFC). */
async function derive(password: string, salt: Buffer, cost: { readonly N: number; readonly r: number; readonly p: number }): Promise<Buffer> {
  return await deriveScrypt(password.normalize('NFC'), salt, HASH_BYTES, { ...cost, maxmem: MAX_MEMORY });
}

/** The original's: HMAC-SHA-1 in spite of its name, the salt taken as text, 24 bytes, of the password as it was typed. */
async function isOriginal(stored: string | undefined, password: string): Promise<boolean> {
  const [, salt, rounds, hex] = ORIGINAL_HASH.exec(stored ?? '') ?? [];
  if (salt === undefined || hex === undefined || Number(rounds) === 0) {
    return false;
  }
  const got = await derivePbkdf2(password, salt, Number(rounds), 24, 'sha1');
  return timingSafeEqual(got, Buffer.from(hex, 'hex'));
}
