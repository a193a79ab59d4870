import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { GafferError, messageOf } from '../errors.ts';
import { complain } from './complain.ts';
import { TerminalQuestions } from './terminal-questions.ts';
import { voice } from './voice.ts';

/** Where a password comes from, as it is said on the command line. */
export interface PasswordOptions {
  /** The password itself. */
  readonly password?: string | undefined;
  /** A file with the password in its one line; `-` is stdin. */
  readonly file?: string | undefined;
}

/** Whoever names a whole file has meant another one. */
const MOST_CHARACTERS = 10_000;

/** How often somebody may type two passwords that differ. */
const TRIES = 3;

/**
 * The password that the command line, a file or a pipe gives; undefined when somebody has to be asked for it.
 * @throws GafferError `bad_usage` when it can't be read
 */
export async function givenPassword({ password, file }: PasswordOptions): Promise<string | undefined> {
  if (password !== undefined && file !== undefined) {
    throw new GafferError('bad_usage', 'expected --password or --password-file, got both');
  }
  if (password !== undefined) {
    process.title = voice().name; // takes the place of the command line
    complain('everybody on this machine could read the password in the list of processes: use --password-file, or type it');
    return password;
  }
  if (file !== undefined && file !== '-') {
    return readPasswordFile(file);
  }
  return file === '-' || !TerminalQuestions.canAsk ? lineOf(await text(process.stdin), 'stdin') : undefined;
}

/** Asks for a new password, twice. @param check throws when it will not do @throws GafferError `bad_usage` when there is none */
export async function askNewPassword(questions: TerminalQuestions, check: (password: string) => void): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    const fault = faultOf(check, await questions.ask('password: ', { isHidden: true }));
    if (fault.message === undefined && (await questions.ask('confirm password: ', { isHidden: true })) === fault.password) {
      return fault.password;
    }
    const message = fault.message ?? 'the two passwords differ';
    if (tries === TRIES) {
      throw new GafferError('bad_usage', message);
    }
    complain(`${message}; try again`);
  }
}

function faultOf(check: (password: string) => void, password: string): { readonly password: string; readonly message?: string } {
  try {
    check(password);
    return { password };
  } catch (error) {
    return { password, message: messageOf(error) };
  }
}

function readPasswordFile(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const stat = fstatSync(file);
      if (stat.isFile() && (stat.mode & 0o077) !== 0) {
        complain(`${path} can be read by others: chmod 600 ${path}`);
      }
      return lineOf(readFileSync(file, 'utf8'), path);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw error instanceof GafferError
      ? error
      : new GafferError('bad_usage', `cannot read the password from ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** The one line of a text. */
function lineOf(content: string, place: string): string {
  const line = content.replace(/\r?\n$/, '');
  if (line === '' || /[\r\n]/.test(line) || line.length > MOST_CHARACTERS) {
    const got = line === '' ? 'none' : 'more';
    throw new GafferError('bad_usage', `expected a password in one line from ${place}, got ${got}`);
  }
  return line;
}
