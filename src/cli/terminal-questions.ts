import { StringDecoder } from 'node:string_decoder';
import { isatty } from 'node:tty';
import { GafferError } from '../errors.ts';
import { CTRL_C, LineEditor, type Typed } from './view/line-editor.ts';

/** How an answer is typed. */
export interface QuestionOptions {
  /** Nothing is shown of it. */
  readonly isHidden?: boolean;
}

/**
 * Questions on the terminal. While one is open every key comes at once, so that nothing shows what is typed; Ctrl-C ends the program.
 * The terminal is as it was before when nothing more is asked: between two questions it must not show what is typed ahead.
 */
export class TerminalQuestions {
  readonly #decoder = new StringDecoder();
  /** What was typed behind the last answer. */
  #typed = '';
  #isAsking = false;

  /** Whether there is somebody to ask. */
  static get canAsk(): boolean {
    return isatty(0);
  }

  /** Asks, and resolves with the line that is typed. @throws GafferError `bad_usage` when there is none */
  async ask(question: string, { isHidden = false }: QuestionOptions = {}): Promise<string> {
    this.#isAsking = true;
    const begin = (): void => {
      setRaw(true);
      screen().write(question);
    };
    const { promise, resolve, reject } = answer();
    const editor = new LineEditor(CTRL_C);
    const hear = (keys: Buffer | string): void => {
      this.#typed += typeof keys === 'string' ? keys : this.#decoder.write(keys);
      for (let line = this.#takeLine(); line !== ''; line = this.#takeLine()) {
        for (const typed of editor.type(line)) {
          screen().write(shownFor(typed, isHidden));
          if (typed.kind === 'send') {
            resolve(typed.text.replace(/\n$/, ''));
            return;
          }
          if (typed.kind === 'end') {
            reject(new GafferError('bad_usage', 'expected an answer, got none'));
            return;
          }
          if (typed.kind !== 'echo') {
            setRaw(false);
            process.kill(process.pid, typed.kind === 'leave' ? 'SIGINT' : 'SIGTSTP');
            setImmediate(() => setRaw(true)); // where the system does not stop it, as nobody could continue it
          }
        }
      }
    };
    const hungUp = (): void => reject(new GafferError('bad_usage', 'expected an answer, got the end of the terminal'));
    begin();
    process.on('SIGCONT', begin);
    process.stdin.on('data', hear).on('end', hungUp).on('error', hungUp).resume();
    hear('');
    try {
      return await promise;
    } finally {
      process.off('SIGCONT', begin);
      process.stdin.off('data', hear).off('end', hungUp).off('error', hungUp).pause();
      this.#isAsking = false;
      setImmediate(() => this.#isAsking || setRaw(false)); // the next question follows at once
    }
  }

  /** What was typed, up to the end of its first line: what is behind that answers another question. */
  #takeLine(): string {
    const end = /\r\n?|\n/.exec(this.#typed);
    const line = end === null ? this.#typed : this.#typed.slice(0, end.index + end[0].length);
    this.#typed = this.#typed.slice(line.length);
    return line;
  }
}

interface Answer {
  readonly promise: Promise<string>;
  readonly resolve: (line: string) => void;
  readonly reject: (error: GafferError) => void;
}

function answer(): Answer {
  let resolve: Answer['resolve'] = () => undefined;
  let reject: Answer['reject'] = () => undefined;
  const promise = new Promise<string>((...settle) => {
    [resolve, reject] = settle;
  });
  return { promise, resolve, reject };
}

/** What is shown for typed keys; of what is hidden only the end of its line. */
function shownFor(typed: Typed, isHidden: boolean): string {
  switch (typed.kind) {
    case 'echo':
      return isHidden ? '' : typed.text;
    case 'send':
      return isHidden || !typed.text.endsWith('\n') ? '\n' : '';
    case 'end':
    case 'leave':
    case 'suspend':
      return '\n';
  }
}

/** What is shown must not get into a file that stdout goes to. */
function screen(): NodeJS.WriteStream {
  return process.stderr.isTTY ? process.stderr : process.stdout.isTTY ? process.stdout : process.stderr;
}

function setRaw(isRaw: boolean): void {
  try {
    process.stdin.setRawMode(isRaw);
  } catch {
    // the terminal is gone
  }
}
