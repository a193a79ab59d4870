import { StringDecoder } from 'node:string_decoder';
import { complain } from './complain.ts';
import type { ControlKey } from './detach-key.ts';
import { CTRL_D, LineEditor } from './view/line-editor.ts';

/** Where what is to be sent comes from. */
export interface AttachInput {
  /** The next piece; undefined at the end. */
  next(): Promise<Uint8Array | undefined>;
  /** What comes is to be thrown away, but for the keys that leave. */
  ignore(): void;
  close(): void;
}

/** A pipe or file: every byte of it, at the pace of whoever asks for them. */
export class PipedInput implements AttachInput {
  readonly #chunks: AsyncIterator<Buffer, undefined>;

  constructor() {
    this.#chunks = (process.stdin as AsyncIterable<Buffer, undefined>)[Symbol.asyncIterator]();
  }

  async next(): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await this.#chunks.next();
      return done === true ? undefined : value;
    } catch {
      return undefined; // a stdin that can't be read has nothing to say
    }
  }

  ignore(): void {
    process.stdin.pause();
  }

  close(): void {
    process.stdin.destroy();
  }
}

/** What a terminal's keys mean, besides text. */
export interface TypedInputOptions {
  readonly detachKey: ControlKey;
  /** Ctrl-D in an empty line is the end of what is to be sent; else it leaves. */
  readonly hasEnd: boolean;
  /** The user leaves, by that character. */
  onLeave(char: string): void;
}

/** So many characters may wait to be sent. */
const MAX_WAITING = 1024 * 1024;

/** A terminal, of which every key is read at once: whole lines are sent. It is as it was before when this is closed. */
export class TypedInput implements AttachInput {
  readonly #editor: LineEditor;
  readonly #decoder = new StringDecoder();
  readonly #options: TypedInputOptions;
  readonly #lines: Uint8Array[] = [];
  #bytes = 0;
  #waiting: ((line: Uint8Array | undefined) => void) | undefined;
  #isIgnored = false;
  #hasEnded = false;
  readonly #hear = (keys: Buffer): void => this.#type(this.#decoder.write(keys));
  readonly #resume = (): void => this.#setRaw(true);

  constructor(options: TypedInputOptions) {
    this.#options = options;
    this.#editor = new LineEditor(options.detachKey.char);
    this.#setRaw(true);
    process.on('SIGCONT', this.#resume);
    process.stdin.on('data', this.#hear);
    process.stdin.on('error', () => undefined); // the terminal has hung up: that is told by a signal
  }

  async next(): Promise<Uint8Array | undefined> {
    const line = this.#lines.shift();
    if (line !== undefined || this.#hasEnded) {
      this.#bytes -= line?.length ?? 0;
      return line;
    }
    return await new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  ignore(): void {
    this.#isIgnored = true;
  }

  close(): void {
    process.off('SIGCONT', this.#resume);
    process.stdin.off('data', this.#hear).pause();
    this.#setRaw(false);
  }

  #type(keys: string): void {
    for (const typed of this.#editor.type(keys)) {
      switch (typed.kind) {
        case 'leave':
          this.#options.onLeave(typed.char);
          return;
        case 'suspend':
          this.#setRaw(false);
          process.kill(process.pid, 'SIGTSTP');
          setImmediate(this.#resume); // also where nobody could continue it, and the system does not stop it
          break;
        case 'echo':
          this.#echo(typed.text);
          break;
        case 'end':
          if (this.#isIgnored || !this.#options.hasEnd) {
            this.#options.onLeave(CTRL_D);
            return;
          }
          this.#tell(undefined);
          break;
        case 'send':
          this.#tell(Buffer.from(typed.text));
          break;
      }
    }
  }

  #tell(line: Uint8Array | undefined): void {
    const waiting = this.#waiting;
    if (this.#isIgnored) {
      return;
    }
    if (waiting !== undefined) {
      this.#waiting = undefined;
      waiting(line);
    } else if (line === undefined) {
      this.#hasEnded = true;
    } else if (this.#bytes + line.length > MAX_WAITING) {
      complain('this line is not sent: the process does not read, and too much waits already');
    } else {
      this.#bytes += line.length;
      this.#lines.push(line);
    }
  }

  /** Shows what is typed, where it is not in the way of the output's bytes. */
  #echo(text: string): void {
    const screen = [process.stderr, process.stdout].find(({ isTTY }) => isTTY);
    if (!this.#isIgnored) {
      screen?.write(text);
    }
  }

  #setRaw(isRaw: boolean): void {
    try {
      process.stdin.setRawMode(isRaw);
    } catch {
      // the terminal is gone
    }
  }
}
