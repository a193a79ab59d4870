import { expectPassword } from '../daemon/accounts/password.ts';
import { GafferError } from '../errors.ts';
import { expectKey } from './key-text.ts';
import { askNewPassword, givenPassword } from './password-source.ts';
import { TerminalQuestions } from './terminal-questions.ts';

/** How a password was given on the command line. */
export interface PasswordFlagValues {
  readonly password?: string | undefined;
  readonly 'password-file'?: string | undefined;
}

/** Asks for what the command line does not say, where there is somebody to ask. */
export class AccountQuestions {
  /** Whether there is somebody to ask, who may be asked. */
  readonly mayAsk: boolean;
  readonly #questions = new TerminalQuestions();

  /** @param noInput nothing is asked */
  constructor({ noInput = false }: { readonly noInput?: boolean } = {}) {
    this.mayAsk = TerminalQuestions.canAsk && !noInput;
  }

  /** The name of a user. @param where it could have been said @throws GafferError `bad_usage` */
  async name(given: string | undefined, where: string): Promise<string> {
    const name = given ?? (this.mayAsk ? await this.#questions.ask('username: ') : undefined);
    if (name === undefined) {
      throw new GafferError('bad_usage', `expected ${where}, for nobody is asked here`);
    }
    if (name === '' || name.includes(':')) {
      throw new GafferError('bad_usage', `expected the name of a user, without ":", got "${name}"`);
    }
    return name;
  }

  /** A password that there is. @throws GafferError `bad_usage` */
  async password(flags: PasswordFlagValues): Promise<string> {
    return (await this.#given(flags)) ?? (await this.#questions.ask('password: ', { isHidden: true }));
  }

  /** A password that is to be, which is typed twice. @throws GafferError `bad_usage` */
  async newPassword(flags: PasswordFlagValues): Promise<string> {
    return (await this.#given(flags)) ?? (await askNewPassword(this.#questions, expectPassword));
  }

  /** A key for a user, where one has to be named. @throws GafferError `bad_usage` */
  async key(given: string | undefined): Promise<string> {
    const key = given ?? (this.mayAsk ? await this.#questions.ask('key (an id, or a secret): ', { isHidden: true }) : undefined);
    if (key === undefined) {
      throw new GafferError('bad_usage', 'expected --key KEY, for nobody is asked here');
    }
    return expectKey('key', key);
  }

  /** Shows what is going to be done. @param isJson stdout is for JSON alone: whoever is asked sees it beside that */
  show(lines: readonly string[], isJson: boolean): void {
    if (!isJson || this.mayAsk) {
      process[isJson ? 'stderr' : 'stdout'].write(lines.map((line) => `${line}\n`).join(''));
    }
  }

  /** Whether to go on: an empty answer is yes, and where nobody can answer it is yes too. */
  async confirm(question: string): Promise<boolean> {
    for (let text = question; this.mayAsk; text = `please enter y or n.\n${question}`) {
      const answer = (await this.#questions.ask(`${text} [y]|n: `)).trim().toLowerCase();
      if (['', 'y', 'yes', 'n', 'no'].includes(answer)) {
        return !answer.startsWith('n');
      }
    }
    return true;
  }

  async #given({ password, 'password-file': file }: PasswordFlagValues): Promise<string | undefined> {
    const given = await givenPassword({ password, file });
    if (given === undefined && !this.mayAsk) {
      throw new GafferError('bad_usage', 'expected --password-file FILE, for nobody is asked here');
    }
    return given;
  }
}
