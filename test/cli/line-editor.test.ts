import { describe, expect, it } from 'vitest';
import { LineEditor } from '../../src/cli/view/line-editor.ts';

const BACK = '\b \b';

/** What is sent, what is shown and how it ends, each in one text. */
function typed(keys: readonly string[]) {
  const editor = new LineEditor('\x1d');
  const all = keys.flatMap((some) => editor.type(some));
  return {
    sent: all.flatMap((one) => (one.kind === 'send' ? [one.text] : [])),
    shown: all.map((one) => (one.kind === 'echo' ? one.text : '')).join(''),
    others: all.filter(({ kind }) => kind !== 'echo' && kind !== 'send'),
  };
}

describe('typed lines', () => {
  it.each<[string, string[], string[], string]>([
    ['a line', ['hello\r'], ['hello\n'], 'hello\n'],
    ['keys that come one by one', ['h', 'i', '\r'], ['hi\n'], 'hi\n'],
    ['several lines at once, as they are pasted', ['one\ntwo\r\rth'], ['one\n', 'two\n', '\n'], 'one\ntwo\n\nth'],
    ['Backspace', ['abc\x7f\x7fd\r'], ['ad\n'], `abc${BACK}${BACK}d\n`],
    ['Backspace where there is nothing', ['\x7f\b\r'], ['\n'], '\n'],
    ['a letter of two places', ['a魚\x7fb\r'], ['ab\n'], `a魚${BACK}${BACK}b\n`],
    ['a letter with an accent of its own', ['xe\u0301\x7fy\r'], ['xy\n'], `xe\u0301${BACK}y\n`],
    ['Ctrl-U', ['one two\x15three\r'], ['three\n'], `one two${BACK.repeat(7)}three\n`],
    ['Ctrl-W', ['one two  \x17three\r'], ['one three\n'], `one two  ${BACK.repeat(5)}three\n`],
    ['Ctrl-W twice', ['one 🐟\x17\x17x\r'], ['x\n'], `one 🐟${BACK.repeat(2)}${BACK.repeat(4)}x\n`],
    ['Ctrl-D behind text', ['name: \x04x\r'], ['name: ', 'x\n'], 'name: x\n'],
    ['arrows and function keys, which mean nothing', ['a\x1b[Ab\x1bOP\x1b[15~\x1b[1;5Cc\x1b\r'], ['abc\n'], 'abc\n'],
    ['a tab', ['a\tb\r'], ['a\tb\n'], 'a b\n'],
    ['other control keys', ['a\x01\x7f\x02\r'], ['a\x02\n'], `a^A${BACK}${BACK}^B\n`],
  ])('%s', (_, keys, sent, shown) => {
    expect(typed(keys)).toEqual({ sent, shown, others: [] });
  });

  it.each<[string, string, object, string]>([
    ['Ctrl-C', '\x03', { kind: 'leave', char: '\x03' }, ''],
    ['the key that leaves', '\x1d', { kind: 'leave', char: '\x1d' }, ''],
    ['that key behind text', 'abc\x1d', { kind: 'leave', char: '\x1d' }, 'abc\n'],
    ['Ctrl-D in an empty line', '\x04', { kind: 'end' }, ''],
    ['Ctrl-Z', 'ab\x1a', { kind: 'suspend' }, 'ab'],
  ])('%s is no text', (_, keys, other, shown) => {
    expect(typed([keys])).toEqual({ sent: [], shown, others: [other] });
  });

  it('keep what comes before and behind such a key', () => {
    expect(typed(['one\r\x1atwo\r'])).toMatchObject({ sent: ['one\n', 'two\n'], others: [{ kind: 'suspend' }] });
  });

  it('can be left by Escape', () => {
    expect(new LineEditor('\x1b').type('\x1b')).toEqual([{ kind: 'leave', char: '\x1b' }]);
    expect(new LineEditor('\x1b').type('\x1b[A')).toEqual([]);
  });
});
