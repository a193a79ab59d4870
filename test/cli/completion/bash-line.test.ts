import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bashAnswer } from '../../../src/cli/completion/answer.ts';
import { readBashLine } from '../../../src/cli/completion/bash-line.ts';

const BREAKS = ' \t\n"\'@><=;|&(:';

describe('a line from bash', () => {
  it.each([
    ['gaffer ', ['gaffer'], '', ''],
    ['gaffer sta', ['gaffer'], 'sta', ''],
    ['gaffer  -f  Procfile ', ['gaffer', '-f', 'Procfile'], '', ''],
    ['gaffer ps:st', ['gaffer'], 'ps:st', 'ps:'],
    ['gaffer scale web=', ['gaffer', 'scale'], 'web=', 'web='],
    ['gaffer start --on-exit=st', ['gaffer', 'start'], '--on-exit=st', '--on-exit='],
    ['gaffer ps my\\ job', ['gaffer', 'ps'], 'my job', ''],
    ['gaffer ps a\\:b', ['gaffer', 'ps'], 'a:b', ''],
    ['gaffer ps a:b\\ c', ['gaffer', 'ps'], 'a:b c', 'a:'],
    ['gaffer -f "my Procfile" sta', ['gaffer', '-f', 'my Procfile'], 'sta', ''],
    [`gaffer -e 'a"b' x`, ['gaffer', '-e', 'a"b'], 'x', ''],
    ['gaffer -e "a\\"b\\c" x', ['gaffer', '-e', 'a"b\\c'], 'x', ''],
    ['gaffer -e "" x', ['gaffer', '-e', ''], 'x', ''],
    ['gaffer -e $(rm -rf /) x', ['gaffer', '-e', '$(rm', '-rf', '/)'], 'x', ''],
    ['gaffer -e `ls` $HOME', ['gaffer', '-e', '`ls`'], '$HOME', ''],
    ['GAFFER_APP=x gaffer ', ['GAFFER_APP=x', 'gaffer'], '', ''],
    ['gaffer ps a\\', ['gaffer', 'ps'], 'a\\', ''],
  ])('%j is %j and %j', (line, words, word, kept) => {
    expect(readBashLine(line, BREAKS)).toEqual({ words, word, kept, quote: undefined, isOdd: false });
  });

  it.each([
    [`gaffer ps "we`, { word: 'we', kept: '', quote: '"' }],
    [`gaffer ps:'st`, { word: 'ps:st', kept: 'ps:', quote: "'" }],
    [`gaffer ps 'it"s`, { word: 'it"s', kept: '', quote: "'" }],
  ])('%j has an open quote', (line, expected) => {
    expect(readBashLine(line, BREAKS)).toMatchObject(expected);
  });

  it('is not answered where a part of the word stands in quotes', () => {
    const line = readBashLine(`gaffer restart "w"e`, BREAKS);
    expect(line).toMatchObject({ word: 'we', isOdd: true });
    expect(bashAnswer({ candidates: [{ text: 'web' }] }, line)).toBe('nothing\n');
  });

  it('breaks where COMP_WORDBREAKS says so', () => {
    expect(readBashLine('gaffer ps:st', ' ')).toMatchObject({ word: 'ps:st', kept: '' });
  });
});

describe('what bash is told', () => {
  const answer = (line: string, ...texts: readonly string[]): string =>
    bashAnswer({ candidates: texts.map((text) => ({ text, isOpen: text.endsWith('=') })) }, readBashLine(line, BREAKS));

  it('is what stands behind the last break, with a blank where the word is finished', () => {
    expect(answer('gaffer ps:st', 'ps:start', 'ps:stop', 'scale')).toBe('nothing spaced\nstart \nstop \n');
    expect(answer('gaffer scale w', 'web=')).toBe('nothing spaced\nweb=\n');
  });

  it('has a backslash before all that bash would take for more than text', () => {
    expect(answer('gaffer ps ', 'a b', '$(id)', '`id`', "it's", 'a"b', '~', '*', '!x', 'a;b', 'a&b', 'a|b', '{a,b}', '#x', 'ä-b')).toBe(
      [
        ...['nothing spaced', 'a\\ b ', '\\$\\(id\\) ', '\\`id\\` ', "it\\'s ", 'a\\"b ', '\\~ ', '\\* ', '\\!x ', 'a\\;b ', 'a\\&b '],
        ...['a\\|b ', '\\{a,b\\} ', '\\#x ', 'ä-b ', ''],
      ].join('\n'),
    );
  });

  it('leaves out what cannot be typed, and in quotes all but plain names', () => {
    expect(answer('gaffer ps ', 'a\nb', 'a\tb', 'a\u001b[31mb', 'a\u202eb', 'ok')).toBe('nothing spaced\nok \n');
    expect(answer("gaffer ps '", "it's", '$x', 'web.1')).toBe('nothing\nweb.1\n');
  });

  it('is one word with just that text to bash itself', () => {
    const texts = fc
      .sample(fc.string({ unit: 'grapheme', minLength: 1 }), 300)
      .filter((text) => !/[\p{C}\p{Zl}\p{Zp}\s]/u.test(text.replaceAll(' ', '')));
    const lines = bashAnswer({ candidates: texts.map((text) => ({ text })) }, readBashLine('x ', BREAKS))
      .split('\n')
      .slice(1, -1);
    const told = execFileSync('bash', ['--norc', '-c', `printf '<%s>\\n' ${lines.join('')}`], { env: { LC_ALL: 'C.UTF-8' } }).toString();
    expect(told).toBe([...new Set(texts)].map((text) => `<${text}>\n`).join(''));
  });
});
