import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFinding } from '../../src/finding.ts';
import { parseIni } from '../../src/ini/document.ts';

function read(text: string): Record<string, Record<string, string>> {
  return Object.fromEntries(
    parseIni(text, 'x.ini').sections.map((section) => [section.name, Object.fromEntries(section.entries.map(({ key, value }) => [key, value]))]),
  );
}

function findingsOf(text: string): readonly string[] {
  return parseIni(text, 'x.ini').findings.map((finding) => `${finding.level} ${formatFinding(finding)}`);
}

describe('an ini file', () => {
  it.each<[string, string, Record<string, Record<string, string>>]>([
    ['keys with =', '[s]\na = 1\nb=2\nc =3', { s: { a: '1', b: '2', c: '3' } }],
    ['keys with :', '[s]\na: 1\nb:2', { s: { a: '1', b: '2' } }],
    ['the first delimiter deciding', '[s]\na = b:c=d\ne: f=g', { s: { a: 'b:c=d', e: 'f=g' } }],
    ['keys in lower case', '[s]\nNumProcesses = 2', { s: { numprocesses: '2' } }],
    ['section names as they are', '[process:Shop:web]\na=1', { 'process:Shop:web': { a: '1' } }],
    [
      'variables with their colon',
      '[s]\nenv:PATH = /bin:/usr\nENV:Home=x\nenv:a.b-c = d',
      { s: { 'env:PATH': '/bin:/usr', 'env:Home': 'x', 'env:a.b-c': 'd' } },
    ],
    ['env with a blank or without =', '[s]\nenv: A=1', { s: { env: 'A=1' } }],
    ['comments on lines of their own', '# x\n; y\n[s]\n# a = 0\na = 1\n  ; z', { s: { a: '1' } }],
    ['# and ; in values', '[s]\na = x # y ; z', { s: { a: 'x # y ; z' } }],
    ['a comment behind a section', '[s] ; x\na = 1', { s: { a: '1' } }],
    ['values over several lines', '[s]\na = 1\n  2\n\t3\nb = 4', { s: { a: '1\n2\n3', b: '4' } }],
    ['comments and blank lines in them', '[s]\na = 1\n  # no\n\n  2\n\nb = 4', { s: { a: '1\n\n2', b: '4' } }],
    ['values that begin on the next line', '[s]\na =\n  1\n  2', { s: { a: '1\n2' } }],
    ['indented keys', '[s]\n  a = 1\n  b = 2\nc = 3', { s: { a: '1', b: '2', c: '3' } }],
    ['empty values', '[s]\na =\nb:', { s: { a: '', b: '' } }],
    ['empty sections', '[s]\n[t]', { s: {}, t: {} }],
    ['CRLF and a BOM', '\uFEFF[s]\r\na = 1\r\n  2\r\n', { s: { a: '1\n2' } }],
    ['percent signs', '[s]\na = 5%% of %%(b)s', { s: { a: '5% of %(b)s' } }],
    ['interpolation', '[s]\na = %(B)s/x\nb = %(c)s\nc = 1', { s: { a: '1/x', b: '1', c: '1' } }],
    [
      'interpolation from DEFAULT',
      '[DEFAULT]\nhome = /srv\n[s]\na = %(home)s/a\n[t]\nhome = /opt\na = %(home)s',
      {
        DEFAULT: { home: '/srv' },
        s: { a: '/srv/a' },
        t: { home: '/opt', a: '/opt' },
      },
    ],
    [
      'keys that objects have',
      '[s]\n__proto__ = 1\nconstructor = 2',
      {
        s: Object.fromEntries([
          ['__proto__', '1'],
          ['constructor', '2'],
        ]),
      },
    ],
  ])('may have %s', (_, text, sections) => {
    expect(read(text)).toEqual(sections);
    expect(findingsOf(text)).toEqual([]);
  });

  it('tells the lines of sections and keys', () => {
    const { sections } = parseIni('\n[s]\n\na = 1\n  2\nb = 3\n[t]\n', 'x.ini');
    expect(sections.map((section) => [section.name, section.line, ...section.entries.map((entry) => entry.line)])).toEqual([
      ['s', 2, 4, 6],
      ['t', 7],
    ]);
  });
});

describe('what can not be read is an error with its line', () => {
  it.each<[string, readonly string[]]>([
    ['a = 1', ['error x.ini:1: expected a "[section]" before the first key, got "a"']],
    ['[s]\ngarbage', ['error x.ini:2: expected "key = value" or "[section]", got "garbage"']],
    ['[s]\n= 1', ['error x.ini:2: expected "key = value" or "[section]", got "= 1"']],
    ['[s\na = 1', ['error x.ini:1: expected "[section]", got "[s"']],
    ['[]\na = 1', ['error x.ini:1: expected "[section]", got "[]"']],
    ['[s] x', ['error x.ini:1: expected "[section]", got "[s] x"']],
    ['[s]\na = 1\nA = 2', ['error x.ini:3: key "a" is there twice in [s], on lines 2 and 3; remove one']],
    ['[s]\n[t]\n[s]', ['error x.ini:3: section [s] is there twice, on lines 1 and 3; rename one or join them']],
    ['[s]\na = 5%', ['error x.ini:2: [s] a: expected "%%" for a percent sign, or "%(name)s" for the value of a key, got a single "%"']],
    ['[s]\na = %(hme)s\nhome = x', ['error x.ini:2: [s] a: expected a key of this section or of [DEFAULT] in "%(hme)s"; did you mean "home"?']],
    [
      '[s]\na = %(b)s\nb = %(a)s',
      [
        'error x.ini:2: [s] a: expected values that lead to an end, but "%(name)s" goes round in circles',
        'error x.ini:3: [s] b: expected values that lead to an end, but "%(name)s" goes round in circles',
      ],
    ],
    ['[s]\na = %(b', ['error x.ini:2: [s] a: expected "%%" for a percent sign, or "%(name)s" for the value of a key, got a single "%"']],
  ])('%j', (text, findings) => {
    expect(findingsOf(text)).toEqual(findings);
  });

  it('and the rest is read all the same', () => {
    expect(read('[s]\na = 1\nbad\nb = 2\na = 3\n[t]\nc = 5%\nd = 6')).toEqual({ s: { a: '1', b: '2' }, t: { d: '6' } });
  });
});

it('any value without line breaks comes back, with its percent signs doubled', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const value = text.trim();
      fc.pre(!/[\r\n]/.test(value));
      expect(parseIni(`[s]\nkey = ${value.replaceAll('%', '%%')}\n`, 'x.ini')).toMatchObject({
        sections: [{ name: 's', entries: [{ key: 'key', value, line: 2 }] }],
        findings: [],
      });
    }),
  );
});

it('any text is read without an exception, and every finding has a line of it', () => {
  const line = fc.string({ unit: fc.constantFrom('[', ']', '=', ':', ' ', '%', '(', ')s', 'a', 'env:', '#', '\t'), maxLength: 8 });
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      for (const finding of parseIni(lines.join('\n'), 'x.ini').findings) {
        expect(finding.line).toBeGreaterThan(0);
        expect(finding.line).toBeLessThanOrEqual(lines.length);
      }
    }),
  );
});
