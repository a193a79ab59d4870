import { type CommandHelp, examplesOf, type OptionHelp } from './help.ts';
import type { Note } from './manual-notes.ts';
import { joined, marked } from './marked.ts';
import { optionItem } from './option-item.ts';
import type { Block, Piece, Section } from './roff.ts';
import { shellLines } from './shell-lines.ts';

/** What fits beside the margins of a terminal of 80 columns. */
const EXAMPLE_WIDTH = 70;

/** A section, unless there is nothing in it. */
export function section(heading: string, blocks: readonly Block[]): readonly Section[] {
  return blocks.length === 0 ? [] : [{ heading, blocks }];
}

/** Paragraphs of the help as blocks: lines that are indented are as they are, an empty one parts paragraphs. */
export function paragraphs(texts: readonly string[]): readonly Block[] {
  return texts
    .flatMap((text) => text.match(/(?:^ +\S.*\n?)+|(?:^\S.*\n?)+/gm) ?? [])
    .map(
      (part): Block =>
        part.startsWith(' ') ? { kind: 'verbatim', lines: part.trimEnd().split('\n') } : { kind: 'paragraph', text: marked(part.trimEnd()) },
    );
}

/** A section of terms and what they mean. */
export function notes(heading: string, list: readonly Note[], term: (text: string) => Piece): readonly Section[] {
  return section(
    heading,
    list.map(([name, text]) => ({ kind: 'item', term: [term(name)], text: text === '' ? [] : [marked(text)] })),
  );
}

/** A command's arguments. */
export function argumentItems({ args, strict = true }: CommandHelp): readonly Block[] {
  return Object.values(args)
    .filter(({ hidden }) => hidden !== true)
    .map(({ name, description = '' }) => ({
      kind: 'item',
      term: [{ variable: name.toUpperCase() }, ...(strict ? [] : ['...'])],
      text: [marked(description)],
    }));
}

/** Options, those without a group first, then group by group as the help has them. */
export function optionBlocks(options: readonly OptionHelp[]): readonly Block[] {
  const groups = new Map<string, OptionHelp[]>([['', []]]);
  for (const option of options) {
    const { helpGroup = '' } = option;
    groups.set(helpGroup, [...(groups.get(helpGroup) ?? []), option]);
  }
  return [...groups].flatMap(([heading, group]) => [
    ...(heading === '' ? [] : [{ kind: 'group' as const, heading: titled(heading) }]),
    ...group.map(optionItem),
  ]);
}

/** `NODE` as a heading among others that are words. */
function titled(group: string): string {
  return `${group.slice(0, 1)}${group.slice(1).toLowerCase()} options`;
}

/** Examples as they are typed. */
export function exampleBlocks(command: CommandHelp, program: string): readonly Block[] {
  return examplesOf(command, program).map((example) => ({ kind: 'verbatim', lines: shellLines(`$ ${example}`, EXAMPLE_WIDTH) }));
}

/** The section that names other pages. */
export function seeAlsoSection(pages: readonly string[]): readonly Section[] {
  const links = pages.map((page): readonly Piece[] => [{ literal: page.replace(/\(.*/, '') }, page.slice(page.indexOf('('))]);
  return section('SEE ALSO', links.length === 0 ? [] : [{ kind: 'paragraph', text: joined(links, ', ') }]);
}
