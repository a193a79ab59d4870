/** What a frame on the way between a gafferd and its keeper begins with: one byte says what it is, four how long. */
const HEADER_BYTES = 5;

/** Behind that, for output: the stream's number, where in the stream it is, when it came. */
const OUTPUT_HEADER_BYTES = HEADER_BYTES + 4 + 8 + 8;

/** More than anybody says at once. */
const MAX_BYTES = 1024 * 1024 * 1024;

const MESSAGE = 0;
const OUTPUT = 1;

/** A piece of a process's output, without the bytes. */
export interface OutputPlace {
  /** The stream's number. */
  readonly stream: number;
  /** How many bytes of the stream came before. */
  readonly offset: number;
  readonly timeMs: number;
}

/** How many bytes output needs besides its own. */
export const OUTPUT_OVERHEAD = OUTPUT_HEADER_BYTES;

/** Puts a message into a frame. */
export function frameMessage(message: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES, MESSAGE);
  header.writeUInt32LE(message.length, 1);
  return Buffer.concat([header, message]);
}

/** Writes a frame of output into a buffer that has room for it. @returns where it ends */
export function writeOutput(target: Buffer, at: number, place: OutputPlace, bytes: Uint8Array): number {
  target[at] = OUTPUT;
  target.writeUInt32LE(OUTPUT_HEADER_BYTES - HEADER_BYTES + bytes.length, at + 1);
  target.writeUInt32LE(place.stream, at + 5);
  target.writeDoubleLE(place.offset, at + 9);
  target.writeDoubleLE(place.timeMs, at + 17);
  target.set(bytes, at + OUTPUT_HEADER_BYTES);
  return at + OUTPUT_HEADER_BYTES + bytes.length;
}

/** Is told what frames hold. Bytes are lent: who keeps them makes a copy. */
export interface FrameListener {
  message(message: Buffer): void;
  /** A frame's output may come in several pieces, each with its place. */
  output(place: OutputPlace, bytes: Buffer): void;
}

const NOTHING = Buffer.alloc(0);

/** Finds the frames in what comes over a connection, cut anywhere. What is not whole at the end was never said. */
export class FrameReader {
  readonly #listener: FrameListener;
  /** The beginning of a header. */
  #rest: Buffer = NOTHING;
  #message: { readonly bytes: Buffer; filled: number } | undefined;
  #output: { place: OutputPlace; left: number } | undefined;
  #stopped = false;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  /** Keeps what comes until {@link go}; called by the listener it takes effect at once. */
  stop(): void {
    this.#stopped = true;
  }

  /** Whether it was stopped. */
  get isStopped(): boolean {
    return this.#stopped;
  }

  /** Goes on with what was kept. */
  go(): void {
    this.#stopped = false;
    const kept = this.#rest;
    this.#rest = NOTHING;
    this.feed(kept);
  }

  /** Takes what has come. */
  feed(chunk: Buffer): void {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = NOTHING;
    while (!this.#stopped) {
      const left = this.#step(data);
      if (left === undefined) {
        break;
      }
      data = left;
    }
    if (data.length > 0) {
      this.#rest = Buffer.from(data);
    }
  }

  /** Reads on, and answers what is left; undefined when that is too little. */
  #step(data: Buffer): Buffer | undefined {
    if (this.#output !== undefined) {
      return this.#passOutput(this.#output, data);
    }
    if (this.#message !== undefined) {
      return this.#fillMessage(this.#message, data);
    }
    if (data.length < HEADER_BYTES) {
      return undefined;
    }
    const length = data.readUInt32LE(1);
    if ((data[0] !== MESSAGE && data[0] !== OUTPUT) || length > MAX_BYTES) {
      throw new Error(`expected a frame of at most ${MAX_BYTES} bytes, got one of ${length} bytes that begins with ${data[0]}`);
    }
    if (data[0] === MESSAGE) {
      if (data.length < HEADER_BYTES + length) {
        this.#message = { bytes: Buffer.allocUnsafeSlow(length), filled: 0 };
        return data.subarray(HEADER_BYTES);
      }
      this.#listener.message(data.subarray(HEADER_BYTES, HEADER_BYTES + length));
      return data.subarray(HEADER_BYTES + length);
    }
    if (data.length < OUTPUT_HEADER_BYTES) {
      return undefined;
    }
    const place = { stream: data.readUInt32LE(5), offset: data.readDoubleLE(9), timeMs: data.readDoubleLE(17) };
    this.#output = { place, left: length - OUTPUT_HEADER_BYTES + HEADER_BYTES };
    return data.subarray(OUTPUT_HEADER_BYTES);
  }

  #passOutput(output: { place: OutputPlace; left: number }, data: Buffer): Buffer | undefined {
    if (data.length === 0) {
      return undefined;
    }
    const { place } = output;
    const bytes = data.subarray(0, output.left);
    output.left -= bytes.length;
    output.place = { ...place, offset: place.offset + bytes.length };
    this.#output = output.left > 0 ? output : undefined;
    this.#listener.output(place, bytes);
    return data.subarray(bytes.length);
  }

  #fillMessage(message: { readonly bytes: Buffer; filled: number }, data: Buffer): Buffer | undefined {
    if (data.length === 0) {
      return undefined;
    }
    const count = data.copy(message.bytes, message.filled);
    message.filled += count;
    if (message.filled === message.bytes.length) {
      this.#message = undefined;
      this.#listener.message(message.bytes);
    }
    return data.subarray(count);
  }
}
