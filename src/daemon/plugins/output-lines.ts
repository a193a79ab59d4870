import { StringDecoder } from 'node:string_decoder';

/** A longer line is told in pieces. */
const LONGEST = 64 * 1024;

/** Makes lines of what a plugin writes; of a line that does not end no more than some is kept. */
export class OutputLines {
  readonly #tell: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  add(bytes: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.write(Buffer.from(bytes))).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      this.#tellAll(line.replace(/\r$/, ''));
    }
    if (this.#rest.length > LONGEST) {
      this.#tellAll(this.#rest);
      this.#rest = '';
    }
  }

  /** Tells the last line, which has no end. */
  end(): void {
    const last = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (last !== '') {
      this.#tellAll(last);
    }
  }

  #tellAll(line: string): void {
    for (let at = 0; at === 0 || at < line.length; at += LONGEST) {
      this.#tell(line.slice(at, at + LONGEST));
    }
  }
}
