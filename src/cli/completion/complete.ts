import { namedOptions } from '../options.ts';
import { bashAnswer, fishAnswer, zshAnswer } from './answer.ts';
import { type BashLine, readBashLine } from './bash-line.ts';
import type { Completion } from './candidate.ts';
import { completionOf } from './completion.ts';
import { gather, type Surroundings } from './gather.ts';
import { placeOf } from './place.ts';
import { shellOf } from './shell.ts';
import { readTypedLine, type TypedLine } from './typed-line.ts';
import { sourcesOf, wantedWords } from './wanted.ts';
import type { CompletedProgram } from './word-kind.ts';

/** How long somebody who has pressed a key waits for a node. */
export const PATIENCE_MS = 800;

/** Who answers. */
type Programs = () => Promise<readonly CompletedProgram[]>;

/** Answers a shell that asks how a line can go on, and ends the process. Whatever goes wrong: nothing is offered, nothing is said. */
export async function answerShell(argv: readonly string[], programs: Programs): Promise<void> {
  // what is said while somebody types would stand in the middle of the line
  process.stderr.write = () => true;
  const text = await programs()
    .then((all) => answerTo(argv, all, { env: process.env, cwd: process.cwd(), patienceMs: PATIENCE_MS }))
    .catch(() => NOTHING);
  // a node that was not waited for keeps the process no longer
  process.stdout.write(text, () => process.exit(0));
}

const NOTHING = 'nothing\n';

/**
 * What a shell is told.
 * @param argv the shell; then from bash the line up to the cursor and the characters at which it breaks words, from others the words
 */
export async function answerTo(
  [name = '', ...argv]: readonly string[],
  programs: readonly CompletedProgram[],
  surroundings: Surroundings,
): Promise<string> {
  const shell = shellOf(name);
  const [line = '', breaks = ''] = argv;
  const typed = shell === 'bash' ? readBashLine(line, breaks) : { words: argv.slice(0, -1), word: argv.at(-1) ?? '' };
  const asked = withProgram(typed, programs);
  if (shell === undefined || asked === undefined) {
    return NOTHING;
  }
  const completion = await completionFor(asked, surroundings);
  if ('kept' in typed) {
    return bashAnswer(completion, typed);
  }
  return (shell === 'zsh' ? zshAnswer : fishAnswer)(completion, typed.word);
}

/** A command line that is typed, and the program that it is for. */
export interface Asked {
  readonly words: readonly string[];
  readonly word: string;
  readonly program: CompletedProgram;
}

/** Which program the words are for: they begin with its name, behind variables that are set for it. */
export function withProgram({ words, word }: Pick<BashLine, 'words' | 'word'>, programs: readonly CompletedProgram[]): Asked | undefined {
  const at = words.findIndex((one) => !/^\w+=/.test(one));
  const name = words[at]?.split('/').at(-1);
  const program = programs.find((one) => one.name === name) ?? programs[0];
  if (at === -1 || program === undefined) {
    return undefined;
  }
  const own = words.slice(at + 1);
  const dashes = own.indexOf('--');
  const [before] = dashes === -1 ? [] : [readTypedLine(own.slice(0, dashes), '', program)];
  const other = programs.find((one) => one.name === program.words[before?.name ?? '']?.behindDashes);
  return other === undefined ? { words: own, word, program } : { words: own.slice(dashes + 1), word, program: other };
}

/** Whether the names on a line are those that lookupds tell: of commands that ask nobody else, and of those that act through them. */
function isOfLookupds({ command, options }: TypedLine): boolean {
  const own = command === undefined ? undefined : namedOptions(command);
  return options.has('lookup') || (own?.has('--lookup') === true && !own.has('--endpoint'));
}

async function completionFor({ words, word, program }: Asked, surroundings: Surroundings): Promise<Completion> {
  const line = readTypedLine(words, word, program);
  const known = await gather({
    sources: sourcesOf(wantedWords(line, program)),
    place: placeOf(line, surroundings.env, program.endpointOption),
    isOfLookupds: isOfLookupds(line),
    isLocalToo: line.command !== undefined && namedOptions(line.command).has('--root'),
    args: line.args,
    ...surroundings,
  });
  return completionOf(line, program, known);
}
