import { parse } from 'dotenv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFinding } from '../../src/finding.ts';
import { mergeEnv, parseEnvFile } from '../../src/procfile/env.ts';

function findingsOf(text: string, level?: string): readonly string[] {
  return parseEnvFile(text, '.env')
    .findings.filter((finding) => level === undefined || finding.level === level)
    .map(formatFinding);
}

describe('a .env file', () => {
  it.each<[string, string, string | undefined]>([
    ['A=two words', 'two words', 'A: honcho drops the blanks'],
    [`A='two words'`, 'two words', undefined],
    ['A="two words"', 'two words', undefined],
    ['export A=x', 'x', 'A: foreman ignores this line, and so does honcho'],
    ['A=x # note', 'x', 'A: foreman takes the "#" and the rest of the line into the value'],
    ['A=x#y', 'x', 'A: foreman takes the "#" and the rest of the line into the value'],
    [`A='x # y'`, 'x # y', undefined],
    ['A=', '', 'A: honcho ignores this line'],
    [`A=''`, '', undefined],
    ['A = x', 'x', 'A: foreman ignores this line'],
    ['  A=x', 'x', 'A: foreman ignores this line'],
    ['A=x  ', 'x', 'A: foreman keeps the blanks around the value'],
    [String.raw`A="l1\nl2"`, 'l1\nl2', undefined],
    [String.raw`A='l1\nl2'`, String.raw`l1\nl2`, String.raw`A: honcho turns \n and \t into line breaks and tabs`],
    ['A="l1\nl2"', 'l1\nl2', 'A: foreman reads the first line only, honcho fails on this line'],
    ['A=$B', '$B', undefined],
    ['A=${B}', '${B}', undefined],
    [`A='\${B}'`, '${B}', undefined],
    ['A=${N:-def}', '${N:-def}', undefined],
    [String.raw`A="say \"hi\""`, String.raw`say \"hi\"`, 'A: foreman drops the backslashes, and so does honcho'],
    [`A=it's`, `it's`, 'A: honcho fails on this line'],
    [String.raw`A=C:\temp\new`, String.raw`C:\temp\new`, 'A: honcho drops the backslashes'],
    ['A=$(echo x)', '$(echo x)', 'A: honcho drops the blanks'],
    ['A=`date`', 'date', 'A: foreman keeps the quotes, and so does honcho'],
    ['A=$5', '$5', undefined],
    ['A: x', 'x', 'A: foreman ignores this line, and so does honcho'],
    ['\uFEFFA=x', 'x', 'A: foreman ignores this line, and so does honcho'],
    ['A=x\r\n', 'x', undefined],
    ['A=a=b=c', 'a=b=c', undefined],
    ['A=first\nA=last', 'last', undefined],
  ])('with %j gives A the value %j; note: %j', (text, value, note) => {
    const { values, findings } = parseEnvFile(text, '.env');
    expect(values).toEqual({ A: value });
    expect(findings).toEqual(note === undefined ? [] : [{ file: '.env', line: 1, level: 'note', message: note }]);
  });

  it('may have a variable named __proto__', () => {
    const { values } = parseEnvFile('__proto__=x\nconstructor=y\nA=z', '.env');
    expect(Object.entries(values)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['A', 'z'],
    ]);
  });

  it('may be empty', () => {
    expect(parseEnvFile('', '.env')).toEqual({ values: {}, findings: [] });
  });
});

describe('a line that dotenv drops is named', () => {
  const expected = 'expected "NAME=value" with a name of letters, digits, "_", "." and "-"';

  it.each([
    ['garbage', ', but there is no "="'],
    ['export A', ', but there is no "="'],
    ['A', ', but there is no "="'],
    ['A:x', ', but there is no "="'],
    ['=x', ''],
    ['A B=x', ''],
    ['A$=x', ''],
    ['é=x', ''],
    ['@A=x', ''],
  ])('%j', (line, reason) => {
    expect(findingsOf(`X=1\n${line}\nY=2\n`, 'warning')).toEqual([`.env:2: ${expected}${reason}; the line is left out`]);
    expect(parseEnvFile(`X=1\n${line}\nY=2\n`, '.env').values).toEqual({ X: '1', Y: '2' });
  });

  it.each([
    ['behind a value of many lines', 'A="1\n2\n3"\nbad\nB=x', [4]],
    ['but not the lines of a value', `A='x\nnot an assignment\nB=y\n'\n`, []],
    ['but no comment, and no blank line', '# x\n\n  # y = z\n\t\nA=x # z\n#bad', []],
    ['behind an empty value', 'A=\nbad', [2]],
    ['behind comments', 'A=x\n\n# one\n\n# two\nbad\n', [6]],
    ['with CRLF and a BOM', '\uFEFF# x\r\nA=x\r\nbad\r\n', [3]],
    ['with lone CR', 'A=x\rbad\rB=y', [2]],
    ['each one', 'bad\nworse\n\nA=x\nworst', [1, 2, 5]],
  ])('%s', (_, text, lines) => {
    const { findings } = parseEnvFile(text, '.env');
    expect(findings.filter((finding) => finding.level === 'warning').map((finding) => finding.line)).toEqual(lines);
  });

  it('and so is a quote that is never closed', () => {
    expect(findingsOf('A="x\nB=y\n', 'warning')).toEqual([
      '.env:1: A: expected the value to end with the quote it starts with; the quote is taken for a part of the value',
    ]);
    expect(parseEnvFile('A="x\nB=y\n', '.env').values).toEqual({ A: '"x', B: 'y' });
  });

  it('and NUL in a value is an error', () => {
    expect(findingsOf('A=x\0y', 'error')).toEqual(['.env:1: A: expected a value without NUL']);
  });

  it('without telling what stands in it, for that may be a secret', () => {
    const { findings } = parseEnvFile(`-----BEGIN KEY-----\nhunter2\nA=hunter2 # hunter2\nB="hunter2`, '.env');
    expect(findings).toHaveLength(5);
    expect(findings.map((finding) => finding.message).join()).not.toContain('hunter2');
  });
});

describe('against dotenv itself', () => {
  const soup = fc.string({
    unit: fc.constantFrom('A', 'b', '=', ':', ' ', '\n', '\r', '"', "'", '`', '\\', '#', '\\n', 'export ', '\nC=', '$', '.', '-', '\uFEFF', 'é'),
    maxLength: 40,
  });

  it('any text gives the same values', () => {
    fc.assert(
      fc.property(soup, (text) => {
        expect(parseEnvFile(text, '.env').values).toEqual(parse(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('leaving out the lines that are named changes nothing', () => {
    fc.assert(
      fc.property(soup, (text) => {
        const { values, findings } = parseEnvFile(text, '.env');
        const dropped = new Set(findings.filter(({ message }) => message.endsWith('left out')).map((finding) => finding.line));
        const lines = text.split(/\r\n?|\n/).map((line, index) => (dropped.has(index + 1) ? '#' : line));
        expect(parse(lines.join('\n'))).toEqual(values);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('several files', () => {
  it('are joined, and the later ones win', () => {
    expect(mergeEnv([{ A: '1', B: '1' }, { B: '2', C: '2' }, {}])).toEqual({ A: '1', B: '2', C: '2' });
    expect(mergeEnv([])).toEqual({});
  });

  it('keep a variable named __proto__', () => {
    const { values } = parseEnvFile('__proto__=x', '.env');
    expect(Object.entries(mergeEnv([values, { A: 'y' }]))).toEqual([
      ['__proto__', 'x'],
      ['A', 'y'],
    ]);
  });
});
