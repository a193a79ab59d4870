import { expect, it } from 'vitest';
import { formatFinding, quoteText } from '../src/finding.ts';

it('a finding is one line with its place', () => {
  const finding = { file: 'Procfile', line: 3, level: 'warning', message: 'expected "name: command"' } as const;
  expect(formatFinding(finding)).toBe('Procfile:3: expected "name: command"');
});

it('a finding about a whole file has no line', () => {
  expect(formatFinding({ file: 'Procfile', level: 'error', message: 'expected at least one process' })).toBe(
    'Procfile: expected at least one process',
  );
});

it.each([
  ['web : x', '"web : x"'],
  ['a\tb', String.raw`"a\tb"`],
  ['\u001b[31mred', String.raw`"\u001b[31mred"`],
  ['\uFEFFweb', String.raw`"\ufeffweb"`],
  ['a\u00a0b', String.raw`"a\u00a0b"`],
  ['wéb 日本 😀', '"wéb 日本 😀"'],
  ['x'.repeat(61), `"${'x'.repeat(57)}..."`],
  ['😀'.repeat(60), `"${'😀'.repeat(60)}"`],
])('%j is shown as %s', (text, shown) => {
  expect(quoteText(text)).toBe(shown);
});
