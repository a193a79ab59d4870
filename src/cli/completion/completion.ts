import { type Candidate, type Completion, NO_COMPLETION } from './candidate.ts';
import { commandCandidates } from './command-candidates.ts';
import type { Known } from './known.ts';
import { named, ofShell } from './named.ts';
import { optionCandidates } from './option-candidates.ts';
import type { TypedLine } from './typed-line.ts';
import { wantedWords } from './wanted.ts';
import type { CompletedProgram, Words } from './word-kind.ts';

/** What the unfinished word of a command line can become. */
export function completionOf(line: TypedLine, program: CompletedProgram, all: Known): Completion {
  const { unfinished, word, args } = line;
  const known = asMeant(line, program, all);
  const words = wantedWords(line, program);
  switch (unfinished.kind) {
    case 'unknown':
      return NO_COMPLETION;
    case 'option':
      return { candidates: optionCandidates(line, program) };
    case 'command': {
      const { candidates, besides } = valuesOf(words, { word, program, known, given: args });
      return { candidates: [...commandCandidates(word, unfinished.topic, program), ...candidates], besides };
    }
    case 'argument':
      return inList(words, { word, program, known, given: args, isList: isIn(words, 'change') });
    case 'value': {
      const { before, option } = unfinished;
      const isList = option.flag.type === 'option' && option.flag.delimiter === ',';
      const given = option.flag.type === 'option' && option.flag.multiple === true ? (line.options.get(option.name) ?? []) : [];
      const { candidates, besides } = inList(words, { word: word.slice(before.length), program, known, given, isList });
      return { candidates: behind(before, candidates), besides };
    }
  }
}

/** Names as they are meant behind an application: `scale shop web=`. */
function asMeant({ name, args: [first] }: TypedLine, { words }: CompletedProgram, known: Known): Known {
  const isApp = words[name ?? '']?.startsWithApp === true && known.jobs.some(({ session }) => session === first);
  return isApp && first !== undefined ? { ...known, app: first } : known;
}

interface ValueScope {
  readonly word: string;
  readonly program: CompletedProgram;
  readonly known: Known;
  /** What was said already, and need not be said again. */
  readonly given: readonly string[];
}

/** Values where several can stand in one word, with commas between them. */
function inList(words: Words, { isList, ...scope }: ValueScope & { readonly isList: boolean }): Completion {
  const end = isList ? scope.word.lastIndexOf(',') + 1 : 0;
  const before = scope.word.slice(0, end);
  const given = isList ? [...scope.given.flatMap((text) => text.split(',')), ...before.split(',')] : scope.given;
  const { candidates, besides } = valuesOf(words, { ...scope, word: scope.word.slice(end), given });
  return { candidates: behind(before, candidates), besides: end === 0 ? besides : undefined };
}

function valuesOf(words: Words, { given, ...scope }: ValueScope): Completion {
  if ('oneOf' in words) {
    return { candidates: words.oneOf.map((text) => ({ text })) };
  }
  // a name like an option would be taken for one
  const candidates = words.flatMap((kind) => named(kind, scope)).filter(({ text }) => !text.startsWith('-'));
  const isGiven = ({ text, isOpen }: Candidate): boolean => given.some((one) => (isOpen === true ? one.startsWith(text) : one === text));
  const [besides] = words.flatMap((kind) => ofShell(kind) ?? []);
  return { candidates: candidates.filter((one) => !isGiven(one)), besides };
}

function behind(before: string, candidates: readonly Candidate[]): readonly Candidate[] {
  return before === '' ? candidates : candidates.map((candidate) => ({ ...candidate, text: before + candidate.text }));
}

function isIn(words: Words, kind: string): boolean {
  return !('oneOf' in words) && words.some((one) => one === kind);
}
