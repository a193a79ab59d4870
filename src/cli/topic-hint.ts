import { GafferError } from '../errors.ts';
import { closest } from '../suggestion.ts';
import type { Commands } from './argv.ts';

/** What says that the first word behind a command names nothing. */
const NOTHING_THERE: readonly GafferError['code'][] = ['session_not_found', 'user_not_found', 'key_not_found'];

/** Behind the message that a word names nothing: the command that it may have been meant to make of the one before it, `ps strat`. */
export function withTopicHint(error: unknown, argv: readonly string[], commands: Commands): unknown {
  if (!(error instanceof GafferError) || !NOTHING_THERE.includes(error.code) || error.message.includes('did you mean')) {
    return error;
  }
  const names = Object.entries(commands).flatMap(([name, { aliases }]) => [name, ...aliases]);
  const at = argv.findIndex((word) => names.some((name) => name.startsWith(`${word}:`)));
  const [topic = '', word = ''] = at === -1 ? [] : argv.slice(at);
  const inTopic = names.flatMap((name) => (name.startsWith(`${topic}:`) ? [name.slice(topic.length + 1)] : []));
  const meant = closest(word, inTopic);
  const hint = meant !== undefined && isSlip(word, meant) ? `; did you mean "${topic}:${meant}"?` : '';
  return hint === '' ? error : new GafferError(error.code, `${error.message}${hint}`, { cause: error });
}

/** Whether a word is a command with letters swapped, missing or too many; with another letter it is rather a name of its own: `shop` is not `stop`. */
function isSlip(word: string, command: string): boolean {
  const letters = (text: string): string => Array.from(text).sort().join('');
  return word.length !== command.length || letters(word) === letters(command);
}
