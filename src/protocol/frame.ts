/** A frame of a process's channel: `V1 <type> <id>`, a NUL, and the body as it is. */
export interface Frame {
  readonly type: FrameType;
  /** Any word; an answer carries that of what it answers. */
  readonly id: string;
  readonly body: Uint8Array;
}

/** What frames are there for: `message` carries bytes, the others answer one. */
export type FrameType = 'message' | 'response' | 'error';

const TYPES: readonly string[] = ['message', 'response', 'error'];

/** Longer than any head. */
const MAX_HEAD = 1024;

/** Writes a frame. */
export function encodeFrame({ type, id, body }: Frame): Buffer {
  const head = Buffer.from(`V1 ${type} ${id}\0`);
  return Buffer.concat([head, body], head.length + body.length);
}

/** Reads a frame; undefined when it is none. The first NUL ends the head: the body may have others. */
export function decodeFrame(bytes: Buffer): Frame | undefined {
  const end = bytes.subarray(0, MAX_HEAD).indexOf(0);
  if (end === -1) {
    return undefined;
  }
  const [version, type, id, ...rest] = bytes.toString('utf8', 0, end).split(' ');
  if (version !== 'V1' || type === undefined || !TYPES.includes(type) || id === undefined || id === '' || rest.length > 0) {
    return undefined;
  }
  return { type: type as FrameType, id, body: bytes.subarray(end + 1) };
}
