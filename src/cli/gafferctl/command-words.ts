import { GafferError } from '../../errors.ts';
import type { JobConfig } from '../../job/config.ts';

/**
 * A command as the words of a command line tell it: one is a whole line, several are a program and its arguments as they are.
 * @throws GafferError `bad_usage` when there is none
 */
export function commandOf(words: readonly string[]): Pick<JobConfig, 'cmd' | 'args'> {
  const [first = '', ...rest] = words;
  if (first.trim() === '') {
    throw new GafferError('bad_usage', 'expected a command behind the name, got none');
  }
  return rest.length === 0 ? { cmd: first } : { cmd: quoted(first), args: rest };
}

/** As it has to be written to stay one word. */
function quoted(word: string): string {
  return /^[\w./@%+:=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
