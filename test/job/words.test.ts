import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinWords, splitWords, substitute } from '../../src/job/words.ts';

describe('splitting a text into words', () => {
  it.each([
    ['', []],
    ['  ', []],
    ['a b', ['a', 'b']],
    [' a \t b\r\n', ['a', 'b']],
    [`'a b' "c d"`, ['a b', 'c d']],
    [`a'b c'd`, ['ab cd']],
    [`'' ""`, ['', '']],
    [String.raw`a\ b \"`, ['a b', '"']],
    [String.raw`"\" \\ \$ \n" '\n'`, [String.raw`" \ $ \n`, String.raw`\n`]],
    ['$HOME * ~', ['$HOME', '*', '~']],
    ['a#b # c', ['a#b', '#', 'c']],
    ['a\\', ['a\\']],
    ['a\u00a0b', ['a\u00a0b']],
  ])('%j gives %j', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  it.each(["it's", '"open', String.raw`"a\"`])('%j is refused, for its quote is never closed', (text) => {
    expect(() => splitWords(text)).toThrow(/expected a closing/);
  });

  it('gives back whatever words were joined', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (words) => {
        expect(splitWords(joinWords(words))).toEqual(words);
      }),
    );
  });

  it('gives back words of the characters that need quoting', () => {
    const word = fc.string({ unit: fc.constantFrom("'", '"', '\\', ' ', '\n', '\t', '$', 'a') });
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(splitWords(joinWords(words))).toEqual(words);
      }),
    );
  });
});

describe('replacing variables', () => {
  it.each([
    ['$PORT', '5000'],
    ['--port=${PORT}0', '--port=50000'],
    ['$PORT_', undefined],
    ['$$PORT', '$PORT'],
    ['$$$PORT', '$5000'],
    ['$EMPTY.', '.'],
    ['plain', 'plain'],
    ['$', undefined],
    ['a$ b', undefined],
    ['${PORT', undefined],
    ['$1', undefined],
    ['$toString', undefined],
  ])('%j becomes %j', (text, result) => {
    const env = { PORT: '5000', EMPTY: '' };
    if (result === undefined) {
      expect(() => substitute(text, env)).toThrow(/not set|expected a name/);
    } else {
      expect(substitute(text, env)).toBe(result);
    }
  });

  it('leaves any text with doubled dollars as it was', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(substitute(text.replaceAll('$', '$$$$'), {})).toBe(text);
      }),
    );
  });
});
