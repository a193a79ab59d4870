import { describe, expect, it } from 'vitest';
import { filled } from '../../../src/cli/man/fill.ts';
import { type Block, escape, FIRM_BLANK, type Piece, roff } from '../../../src/cli/man/roff.ts';

/** A page with one section of these blocks, without its head. */
function written(...blocks: readonly Block[]): string {
  const text = roff({ name: 'x', chapter: 1, source: 'x 1', date: '2026-11-22', sections: [{ heading: 'S', blocks }] });
  return text.slice(text.indexOf('.SH "S"\n') + '.SH "S"\n'.length);
}

describe('text in roff', () => {
  it.for([
    ['a\\b', 'a\\eb'],
    ['--no-color', '\\-\\-no\\-color'],
    ["echo 'x'", 'echo \\(aqx\\(aq'],
    ['say "x"', 'say \\(dqx\\(dq'],
    ['`x`', '\\(gax\\(ga'],
    ['~/.gaffer', '\\(ti/.gaffer'],
    ['^C', '\\(haC'],
    ['x … y', 'x \\[u2026] y'],
    ['é😀', '\\[u00E9]\\[u1F600]'],
    [`a${FIRM_BLANK}b`, 'a\\~b'],
    ['a.b', 'a.b'],
  ] as const)('%j is %j', ([text, expected]) => {
    expect(escape(text)).toBe(expected);
  });

  it.for(['.env is read', "'quoted' first", '... and more'])('%j at the beginning of a line is no command', (text) => {
    expect(written({ kind: 'paragraph', text: [text] })).not.toMatch(/^[.']/m);
    expect(written({ kind: 'verbatim', lines: [text] }).split('\n')[1]).not.toMatch(/^[.']/);
  });
});

describe('lines of roff', () => {
  it('are broken at blanks before they are too long', () => {
    const words = Array.from({ length: 60 }, (_, index) => `word${index}`);
    const lines = filled(words.join(' '));
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.join(' ')).toBe(words.join(' '));
  });

  it('begin with a sentence', () => {
    expect(filled('One is web.2; the other is e.g. two. Three "is four." \\(dqFive\\(dq is six')).toEqual([
      'One is web.2; the other is e.g. two.',
      'Three "is four."',
      '\\(dqFive\\(dq is six',
    ]);
  });

  it('that end with the dot of no sentence say so', () => {
    const [first = ''] = filled(`${'x'.repeat(70)} e.g. behind it`);
    expect(first).toBe(`${'x'.repeat(70)} e.g.\\&`);
  });

  it('keep a word that is longer than a line', () => {
    expect(filled(`a ${'x'.repeat(100)} b`)).toEqual(['a', 'x'.repeat(100), 'b']);
  });

  it('that come to begin with a dot are no commands', () => {
    expect(filled(`${'x'.repeat(78)} .env`)).toEqual(['x'.repeat(78), '\\&.env']);
  });
});

describe('a page', () => {
  it('has a head with its name, chapter, date and source', () => {
    const text = roff({ name: 'gaffer-start', chapter: 1, source: 'gaffer 1.0.0', date: '2026-11-22', sections: [] });
    expect(text.split('\n')[0]).toBe('.TH "GAFFER\\-START" 1 "2026-11-22" "gaffer 1.0.0"');
  });

  const term: Piece[] = [{ literal: '-f' }, ', ', { literal: '--file' }, '=', { variable: 'FILE' }];

  it.for<[string, Block[], string]>([
    [
      'paragraphs',
      [
        { kind: 'paragraph', text: ['a\nb'] },
        { kind: 'paragraph', text: ['c'] },
      ],
      'a b\n.PP\nc\n',
    ],
    ['items', [{ kind: 'item', term, text: [['one'], ['two']] }], '.TP\n\\fB\\-f\\fR, \\fB\\-\\-file\\fR=\\fIFILE\\fR\none\n.br\ntwo\n'],
    ['usage', [{ kind: 'usage', text: [{ literal: 'x' }, ' [', { variable: 'Y' }, ']'] }], '.HP 4\n\\fBx\\fR [\\fIY\\fR]\n'],
    [
      'examples',
      [
        { kind: 'verbatim', lines: ['$ a  b'] },
        { kind: 'verbatim', lines: ['c'] },
      ],
      '.nf\n$ a  b\n.fi\n.PP\n.nf\nc\n.fi\n',
    ],
    ['groups', [{ kind: 'group', heading: 'Node options' }], '.SS "Node options"\n'],
  ])('has %s', ([, blocks, expected]) => {
    expect(written(...blocks)).toBe(expected);
  });
});
