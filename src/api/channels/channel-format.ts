import { randomUUID } from 'node:crypto';
import { decodeFrame, encodeFrame, type FrameType } from '../../protocol/frame.ts';
import type { ChannelFailure } from './process-pipes.ts';

/** How bytes and what concerns them are told apart on a channel to a process. */
export interface ChannelFormat {
  /** What the client has sent; undefined when it can't be read, `ignored` when it asks for nothing. */
  read(data: Buffer): { readonly id: string; readonly body: Uint8Array } | 'ignored' | undefined;
  /** A piece of output. */
  message(chunk: Uint8Array): Uint8Array;
  /** The answer to what was written; none where there are no answers. */
  written(id: string): Uint8Array | undefined;
  /** A failure; without an id one of the channel itself. Text is sent as text. */
  failed(failure: ChannelFailure, id?: string): Uint8Array | string;
}

/** The id of what concerns the channel itself. */
const CHANNEL_ID = 'gaffer_error';

/** Frames: `V1 <type> <id>`, NUL, body. */
export const FRAMES: ChannelFormat = {
  read: (data) => {
    const frame = decodeFrame(data);
    return frame === undefined || frame.type === 'message' ? frame : 'ignored'; // nobody has asked the client anything
  },
  message: (chunk) => encodeFrame({ type: 'message', id: randomUUID(), body: chunk }),
  written: (id) => textFrame('response', id, 'OK'),
  failed: ({ errno, message }, id = CHANNEL_ID) => textFrame('error', id, JSON.stringify({ error: message, errno })),
};

/** 0.4: the bytes as they are; a failure is a JSON text. */
export const PLAIN: ChannelFormat = {
  read: (data) => ({ id: '', body: data }),
  message: (chunk) => Buffer.from(chunk), // it is valid during the call only
  written: () => undefined,
  failed: ({ errno, message }) => JSON.stringify({ error: OLD_WORDS[message] ?? message, errno }),
};

const OLD_WORDS: Readonly<Record<string, string>> = { EPERM: 'forbidden_write', ENOENT: 'not_found' };

function textFrame(type: FrameType, id: string, text: string): Buffer {
  return encodeFrame({ type, id, body: Buffer.from(text) });
}
