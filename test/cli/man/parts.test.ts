import { describe, expect, it } from 'vitest';
import type { CommandHelp, OptionHelp, ProgramHelp } from '../../../src/cli/man/help.ts';
import { marked } from '../../../src/cli/man/marked.ts';
import { optionItem, variableOf } from '../../../src/cli/man/option-item.ts';
import { paragraphs } from '../../../src/cli/man/parts.ts';
import type { Piece } from '../../../src/cli/man/roff.ts';
import { pageName, seeAlso } from '../../../src/cli/man/see-also.ts';
import { usagePieces } from '../../../src/cli/man/usage-line.ts';

/** Pieces as a line: `*to type*`, `_stands for something_`. */
function shown(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : 'literal' in piece ? `*${piece.literal}*` : `_${piece.variable}_`)).join('');
}

function item(option: Omit<OptionHelp, 'name'>): readonly string[] {
  const block = optionItem({ name: 'port', description: 'the port', ...option });
  return block.kind === 'item' ? [block.term, ...block.text].map(shown) : [];
}

describe('a sentence of the help', () => {
  it.for([
    ['same as --timestamp none', 'same as *--timestamp* none'],
    ['with --create-admin-user: the name', 'with *--create-admin-user*: the name'],
    ['"gaffer logs -f" shows it', '"gaffer logs *-f*" shows it'],
    ['a re-read, a .5-second pause, - is stdin', 'a re-read, a .5-second pause, - is stdin'],
  ] as const)('%j has its options as they are typed', ([text, expected]) => {
    expect(shown(marked(text))).toBe(expected);
  });
});

describe('an option', () => {
  it.for<[Omit<OptionHelp, 'name'>, string[]]>([
    [{ type: 'boolean' }, ['*--port*', 'the port']],
    [{ type: 'boolean', char: 'p' }, ['*-p*, *--port*', 'the port']],
    [{ type: 'boolean', allowNo: true }, ['*--*[*no-*]*port*', 'the port']],
    [{ type: 'option' }, ['*--port*=_VALUE_', 'the port']],
    [{ type: 'option', helpValue: 'N', multiple: true }, ['*--port*=_N_...', 'the port']],
    [{ type: 'option', options: ['a', 'b'], default: 'b' }, ['*--port*=*a|b*', 'the port', 'Default: b.']],
    [{ type: 'option', helpValue: 'X', options: ['a', 'b'] }, ['*--port*=_X_', 'the port', 'One of: a, b.']],
    [
      { type: 'option', helpValue: 'N', env: 'PORT', aliases: ['p', 'door'] },
      ['*--port*=_N_', 'the port', 'Environment: PORT. Also *-p*, *--door*.'],
    ],
    [
      { type: 'option', helpValue: 'N', description: '[env: PORT] the port', required: true },
      ['*--port*=_N_', 'the port', 'It has to be given. Environment: PORT.'],
    ],
  ])('%j', ([option, expected]) => {
    expect(item(option)).toEqual(expected);
  });

  it('has a variable where oclif reads it, and where we do', () => {
    expect(variableOf({ name: 'x', type: 'option', env: 'A' })).toBe('A');
    expect(variableOf({ name: 'x', type: 'option', description: '[env: B] y' })).toBe('B');
    expect(variableOf({ name: 'x', type: 'option', description: 'y' })).toBeUndefined();
  });
});

describe('a line of usage', () => {
  it.for([
    ['gaffer ps:start [JOB...] [-g URL]', '*gaffer* *ps:start* [_JOB_...] [*-g*\u00a0_URL_]'],
    ['gafferd [--user NAME[:GROUP]]', '*gafferd* [*--user*\u00a0_NAME_[:_GROUP_]]'],
    ['gaffer x [--on-exit restart|stop]', '*gaffer* *x* [*--on-exit*\u00a0*restart*|*stop*]'],
    [`x [${'-a A | '.repeat(9)}-b]`, `*x* [${'*-a* _A_ | '.repeat(9)}*-b*]`],
  ] as const)('%j tells what is typed', ([line, expected]) => {
    expect(shown(usagePieces(line))).toBe(expected);
  });
});

describe('SEE ALSO', () => {
  const command = (id: string, description = '', aliases: string[] = []): CommandHelp => ({ id, aliases, description, args: {}, flags: {} });

  it.for<[string, string[]]>([
    ['what gaffer load reads', ['gaffer(1)', 'gaffer-load(1)']],
    ['one stops again with ps:stop', ['gaffer(1)', 'gaffer-stop(1)']],
    ['in the words of key:create, for gafferd', ['gaffer(1)', 'gaffer-key-create(1)', 'gafferd(8)']],
    ['loads and stops', ['gaffer(1)']],
  ])('has the pages that %j names', ([text, expected]) => {
    const asked = command('x', text);
    const commands = [asked, command('load'), command('stop', '', ['ps:stop']), command('key'), command('key:create')];
    const program: ProgramHelp = { name: 'gaffer', version: '1', summary: '', commands, isSingle: false };
    expect(seeAlso({ program, command: asked })).toEqual(expected);
  });

  it('has the others of the topic', () => {
    const commands = [command('user'), command('users'), command('user:add'), command('keys')];
    const program: ProgramHelp = { name: 'gaffer', version: '1', summary: '', commands, isSingle: false };
    expect(seeAlso({ program, command: commands[2]! })).toEqual(['gaffer(1)', 'gaffer-user(1)', 'gaffer-users(1)']);
    expect(pageName('gaffer', 'user:add')).toBe('gaffer-user-add');
  });
});

describe('a description', () => {
  const kinds = (text: string): readonly string[] =>
    paragraphs([text]).map((block) =>
      block.kind === 'verbatim' ? block.lines.join('|') : block.kind === 'paragraph' ? `P ${shown(block.text)}` : '',
    );

  it.for([
    ['One. Two.', ['P One. Two.']],
    ['One.\nTwo.\n\nThree.', ['P One.\nTwo.', 'P Three.']],
    ['bash:\n  a -x\n    b\nzsh:\n  c', ['P bash:', '  a -x|    b', 'P zsh:', '  c']],
    ['', []],
  ] as const)('%j has its paragraphs and its examples', ([text, expected]) => {
    expect(kinds(text)).toEqual(expected);
  });
});
