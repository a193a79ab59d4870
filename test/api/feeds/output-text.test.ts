import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OutputText, OutputTexts } from '../../../src/api/feeds/output-text.ts';

/** What is told of some pieces of output. */
function toldOf(...pieces: readonly (string | Uint8Array)[]): OutputText[] {
  const texts = new OutputTexts();
  return [...pieces.map((piece) => texts.add(Buffer.from(piece))), texts.end()].filter((told) => told !== undefined);
}

function bytesOf(told: OutputText): Buffer {
  return 'text' in told ? Buffer.from(told.text) : Buffer.from(told.base64, 'base64');
}

describe('output as text', () => {
  it.each<[string, readonly (string | Uint8Array)[], readonly OutputText[]]>([
    ['text is text', ['héllo\n', 'wörld\n'], [{ text: 'héllo\n' }, { text: 'wörld\n' }]],
    ['a character in two pieces is one', [Buffer.from([0x61, 0xc3]), Buffer.from([0xa9])], [{ text: 'a' }, { text: 'é' }]],
    ['one in four as well', [...Buffer.from('𝄞')].map((byte) => Buffer.from([byte])), [{ text: '𝄞' }]],
    ['what is not UTF-8 is told in Base64', [Buffer.from([0xff, 0xfe])], [{ base64: '//4=' }]],
    ['so is what never becomes a character', [Buffer.from([0x61, 0xe2, 0x82])], [{ text: 'a' }, { base64: '4oI=' }]],
    ['so is half a character before something else', [Buffer.from([0xc3]), 'x'], [{ base64: 'w3g=' }]],
    ['so is a carriage return, which would become a newline', ['50%\r'], [{ base64: 'NTAlDQ==' }]],
    ['NUL is a character', ['a\0b'], [{ text: 'a\0b' }]],
    ['nothing is nothing', [''], []],
  ])('%s', (_, pieces, told) => {
    expect(toldOf(...pieces)).toEqual(told);
  });

  it('is all of its bytes, whatever they are and wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.uint8Array(),
            fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
          ),
        ),
        (pieces) => {
          const told = toldOf(...pieces);
          expect(Buffer.concat(told.map(bytesOf))).toEqual(Buffer.concat(pieces));
          expect(told.filter((one) => 'text' in one && one.text.includes('\r'))).toEqual([]);
        },
      ),
    );
  });

  it('is text throughout when it is UTF-8 without carriage returns, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat(), { maxLength: 10 }), (text, cuts) => {
        const bytes = Buffer.from(text.replaceAll('\r', ''));
        const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
        const told = toldOf(...ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)));
        expect(told.map((one) => ('text' in one ? one.text : undefined)).join('')).toBe(bytes.toString());
      }),
    );
  });
});
