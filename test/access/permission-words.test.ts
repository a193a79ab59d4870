import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePermissionWords, permissionWords } from '../../src/access/permission-words.ts';
import { NOTHING, type Permissions } from '../../src/access/permissions.ts';

describe('permissions in words', () => {
  it.each<[string, Partial<Permissions>]>([
    ['+a', { admin: true }],
    ['+u', { createUser: true }],
    ['+k', { createKey: true }],
    ['+uk', { createUser: true, createKey: true }],
    ['+m', { manage: ['*'] }],
    ['*+m', { manage: ['*'] }],
    ['*+r', { read: ['*'] }],
    ['+w', { write: ['*'] }],
    ['shop+r', { read: ['shop'] }],
    ['shop+w', { write: ['shop'] }],
    ['shop+m', { manage: ['shop'] }],
    ['shop.web+m', { manage: ['shop.web'] }],
    ['shop.web.2+r', { read: ['shop.web.2'] }],
    ['shop+rw', { read: ['shop'], write: ['shop'] }],
    ['shop+rr shop+r', { read: ['shop'] }],
    ['a+b+r', { read: ['a+b'] }],
    ['shop.c++r', { read: ['shop.c+'] }],
    ['shop+r blog+r blog+m +k', { read: ['shop', 'blog'], manage: ['blog'], createKey: true }],
  ])('%s', (text, expected) => {
    expect(parsePermissionWords(text.split(' '))).toEqual({ ...NOTHING, ...expected });
  });

  it.each([
    'shop',
    '+',
    'shop+',
    '+x',
    'shop+a',
    'shop+u',
    'shop+k',
    'shop+rx',
    '.web+r',
    'shop.+r',
    'sh op+r',
    'shop/web+r',
    '-shop+r',
    'shop+R',
    '',
    ' +a',
    '+a ',
  ])('not %j: says what is expected, and what was got', (text) => {
    expect(() => parsePermissionWords([text])).toThrow(
      `expected +a (everything), +u (make users), +k (make keys), +m (manage all), or TARGET+r, +w, +m like shop+r or shop.web+m; got "${text}"`,
    );
  });

  it('not none', () => {
    expect(() => parsePermissionWords([])).toThrow(/^expected permissions: .*; got none$/);
  });

  it('show nothing that can not be seen as it is', () => {
    expect(() => parsePermissionWords(['\x1b[2J+r'])).toThrow(String.raw`got "\u001b[2J+r"`);
  });
});

const target = fc.oneof(fc.constant('*'), fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_+-]{0,8}(\.[a-z+.0-9]{1,8})?$/));
const targets = fc.uniqueArray(target, { maxLength: 4 });
const permissions: fc.Arbitrary<Permissions> = fc.record({
  admin: fc.constant(false),
  createKey: fc.boolean(),
  createUser: fc.boolean(),
  manage: targets,
  write: targets,
  read: targets,
});

describe('permissions that are written', () => {
  it('are read as what they were', () => {
    fc.assert(
      fc.property(permissions, (given) => {
        const words = permissionWords(given);
        fc.pre(words.length > 0);
        expect(parsePermissionWords(words)).toEqual(given);
      }),
    );
  });

  it('are one word for whoever may do everything', () => {
    expect(permissionWords({ ...NOTHING, admin: true, read: ['shop'] })).toEqual(['+a']);
    expect(permissionWords(NOTHING)).toEqual([]);
  });

  it('are nothing but words or an error, whatever is read', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom(...Array.from('+*.rwmauk-shop/ \n')) }), { minLength: 1, maxLength: 3 }), (words) => {
        try {
          const read = parsePermissionWords(words);
          expect(parsePermissionWords(permissionWords(read))).toMatchObject(read.admin ? { admin: true } : read);
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad_usage' });
        }
      }),
    );
  });
});
