import { GafferError } from '../errors.ts';
import { quoteText } from '../finding.ts';
import { isTarget, NOTHING, type Permissions, type Right } from './permissions.ts';

/** Rights by their letters, the weakest first. */
const RIGHTS: Readonly<Record<string, Right>> = { r: 'read', w: 'write', m: 'manage' };

/** What is about no target, by its letter. */
const FLAGS: Readonly<Record<string, 'admin' | 'createUser' | 'createKey'>> = { a: 'admin', u: 'createUser', k: 'createKey' };

/** How permissions are written, for people. */
export const PERMISSION_WORDS = '+a (everything), +u (make users), +k (make keys), +m (manage all), or TARGET+r, +w, +m like shop+r or shop.web+m';

/**
 * Reads permissions as they are written on a command line: `+a` everything, `+u` make users, `+k` make keys, `+m` manage all;
 * `shop+r`, `shop.web+w`, `*+m` read, write, manage a target. Several letters may stand behind one `+`.
 * @throws GafferError `bad_usage`
 */
export function parsePermissionWords(words: readonly string[]): Permissions {
  if (words.length === 0) {
    throw new GafferError('bad_usage', `expected permissions: ${PERMISSION_WORDS}; got none`);
  }
  return words.reduce(addWord, NOTHING);
}

function addWord(permissions: Permissions, word: string): Permissions {
  const [, target = '', letters = ''] = /^(.*)\+([a-z]+)$/s.exec(word) ?? [];
  if (letters === '') {
    throw badWord(word);
  }
  return Array.from(letters).reduce((before, letter) => addLetter(before, { target, letter, word }), permissions);
}

function addLetter(permissions: Permissions, { target, letter, word }: Record<'target' | 'letter' | 'word', string>): Permissions {
  const flag = FLAGS[letter];
  if (flag !== undefined && target === '') {
    return { ...permissions, [flag]: true };
  }
  const right = RIGHTS[letter];
  const whom = target === '' ? '*' : target;
  if (right === undefined || !isTarget(whom)) {
    throw badWord(word);
  }
  return permissions[right].includes(whom) ? permissions : { ...permissions, [right]: [...permissions[right], whom] };
}

function badWord(word: string): GafferError {
  return new GafferError('bad_usage', `expected ${PERMISSION_WORDS}; got ${quoteText(word)}`);
}

/** Writes permissions in the words that {@link parsePermissionWords} reads. */
export function permissionWords(permissions: Permissions): readonly string[] {
  if (permissions.admin) {
    return ['+a'];
  }
  const flags = Object.entries(FLAGS).flatMap(([letter, flag]) => (permissions[flag] ? [`+${letter}`] : []));
  const letters = Object.entries(RIGHTS).toReversed();
  return [
    ...flags,
    ...letters.flatMap(([letter, right]) => permissions[right].map((target) => (target === '*' ? `+${letter}` : `${target}+${letter}`))),
  ];
}
