import type { Candidate } from './candidate.ts';
import { shownCommands } from './named.ts';
import type { CompletedProgram } from './word-kind.ts';

/**
 * The commands that a word can become. Other names of commands are offered where nothing else is left.
 * @param topic what stands before the word: `ps info` is `ps:info`
 */
export function commandCandidates(word: string, topic: string | undefined, program: CompletedProgram): readonly Candidate[] {
  const front = topic === undefined ? '' : `${topic}:`;
  const inTopic = (candidates: readonly Candidate[]): readonly Candidate[] =>
    candidates.flatMap(({ text, about }) => (text.startsWith(front) ? [{ text: text.slice(front.length), about }] : []));
  const primary = inTopic(shownCommands(program));
  return primary.some(({ text }) => text.startsWith(word)) ? primary : inTopic(otherNames(program)).filter(({ text }) => text.startsWith(word));
}

function otherNames({ commands }: CompletedProgram): readonly Candidate[] {
  return Object.values(commands).flatMap(({ aliases, hidden, summary }) => (hidden ? [] : aliases.map((text) => ({ text, about: summary }))));
}
