import { isUtf8 } from 'node:buffer';

/** A piece of output as it can be told in text. */
export type OutputText = { readonly text: string } | { readonly base64: string };

/**
 * Tells output as text. A character whose bytes come in two pieces is put together. What text in lines cannot carry
 * unharmed is told in Base64: bytes that are not UTF-8, and a carriage return, which would become a newline.
 */
export class OutputTexts {
  /** The beginning of a character. */
  #rest = Buffer.alloc(0);

  /** @returns undefined when the rest of a character has to come first */
  add(chunk: Uint8Array): OutputText | undefined {
    const bytes = Buffer.concat([this.#rest, chunk]);
    const whole = bytes.length - unfinishedLength(bytes);
    this.#rest = Buffer.from(bytes.subarray(whole));
    return whole === 0 ? undefined : textOf(bytes.subarray(0, whole));
  }

  /** What is left when nothing more comes. */
  end(): OutputText | undefined {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    return rest.length === 0 ? undefined : textOf(rest);
  }
}

function textOf(bytes: Buffer): OutputText {
  return isUtf8(bytes) && !bytes.includes('\r') ? { text: bytes.toString() } : { base64: bytes.toString('base64') };
}

/** How many bytes at the end begin a character that is not finished: at most three. */
function unfinishedLength(bytes: Uint8Array): number {
  for (let length = 1; length <= Math.min(3, bytes.length); length += 1) {
    const byte = bytes[bytes.length - length] ?? 0;
    if (byte < 0x80) {
      return 0;
    }
    if (byte >= 0xc0) {
      return length < characterLength(byte) ? length : 0;
    }
  }
  return 0;
}

/** How many bytes a character has that begins with this one; 0 where none does. */
function characterLength(first: number): number {
  return first >= 0xf8 ? 0 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
}
