import { GafferError } from '../../errors.ts';
import { harmlessLine } from '../../finding.ts';
import { didYouMean } from '../../suggestion.ts';
import { someOf } from '../some-of.ts';

/** A node as lookupd servers tell of it. */
export interface KnownNode {
  readonly name: string;
  /** Its URL. */
  readonly origin: string;
}

/** A node, and what it is called among others. */
export interface LabelledNode extends KnownNode {
  /** Its name; where another node has the same, with its address: `web1@10.0.0.2:5000`. */
  readonly label: string;
}

/** Gives nodes what they are called, each something else, and puts them in that order. */
export function labelled(nodes: readonly KnownNode[]): readonly LabelledNode[] {
  const isShared = (node: KnownNode): boolean => nodes.some((other) => other !== node && other.name === node.name);
  return nodes
    .map((node) => ({ ...node, label: harmlessLine(isShared(node) ? fullName(node) : node.name) }))
    .toSorted((one, other) => one.label.localeCompare(other.label, 'en', { numeric: true }));
}

/** What nothing else is called, also when another node of the same name comes. */
function fullName({ name, origin }: KnownNode): string {
  return `${name}@${origin.replace(/^\w+:\/*/, '')}`;
}

/** What of some words names nodes. */
export interface NodeChoice<Node> {
  /** In their order. */
  readonly nodes: readonly Node[];
  /** Words that name none. */
  readonly strange: readonly string[];
}

/** The nodes that are named: by their name, also with their address, or by their URL; `*` in a word stands for anything. Without a word all. */
export function chosenOf<Node extends LabelledNode>(nodes: readonly Node[], words: readonly string[]): NodeChoice<Node> {
  const isNamed = (node: LabelledNode, word: string): boolean =>
    [word.includes('@') ? fullName(node) : node.name, node.origin].some((text) => matches(text, word));
  return {
    nodes: words.length === 0 ? nodes : nodes.filter((node) => words.some((word) => isNamed(node, word))),
    strange: words.filter((word) => !nodes.some((node) => isNamed(node, word))),
  };
}

function matches(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'su').test(text);
}

/** The nodes that are named. @param what what is true of all of them @throws GafferError `bad_usage` for a word that names none */
export function expectChosen<Node extends LabelledNode>(nodes: readonly Node[], words: readonly string[], what: string): readonly Node[] {
  const { nodes: chosen, strange } = chosenOf(nodes, words);
  const [word] = strange;
  if (word !== undefined) {
    const labels = nodes.map(({ label }) => label);
    throw new GafferError(
      'bad_usage',
      `--node: expected one of the nodes that ${what} (${someOf(labels)}), got "${word}"${didYouMean(word, labels)}`,
    );
  }
  return chosen;
}
