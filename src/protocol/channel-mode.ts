import { GafferError } from '../errors.ts';

/** What a client wants of a process's channel. */
export interface ChannelMode {
  readonly reads: boolean;
  readonly writes: boolean;
}

const READ = 1;
const WRITE = 2;

/** Reads the `mode` of a process's channel, a mask of 1 (read) and 2 (write); nothing is both. @throws GafferError `bad_request` */
export function parseChannelMode(text: string | null): ChannelMode {
  const mode = text === null || text === '' ? READ + WRITE : Number(text);
  if (![READ, WRITE, READ + WRITE].includes(mode)) {
    throw new GafferError('bad_request', `mode: expected 1 (read), 2 (write) or 3 (both), got "${text ?? ''}"`);
  }
  return { reads: (mode & READ) !== 0, writes: (mode & WRITE) !== 0 };
}
