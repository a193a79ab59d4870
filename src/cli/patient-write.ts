import { GafferError, systemCode } from '../errors.ts';
import type { ProcessStream } from '../job/node.ts';
import { isLoss } from './lasting.ts';

/** How long to wait when others have filled the pipe. */
const BUSY_MS = 200;

/** Failures that come before anything could be sent. */
const UNSENT: readonly string[] = ['ECONNREFUSED', 'ENOENT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'EACCES', 'EPERM'];

/** What was to be written when a connection was lost; whether it has arrived is not known where `mayHaveArrived` says so. */
export class LostWrite extends GafferError {
  readonly mayHaveArrived: boolean;

  constructor(loss: GafferError) {
    super(loss.code, loss.message, { cause: loss.cause });
    this.mayHaveArrived = !UNSENT.includes(systemCode(loss.cause) ?? '');
  }
}

/**
 * Writes to a pipe of a process, as slowly as it reads.
 * @param lost rejects when the connection to the node is lost
 * @throws LostWrite; GafferError what the node has refused it with
 */
export async function writePatiently(stream: ProcessStream, bytes: Uint8Array, lost: Promise<never>): Promise<void> {
  for (;;) {
    const written = stream.write(bytes);
    written.catch(() => undefined); // where the connection is lost, that is told first or later
    try {
      await Promise.race([written, lost]);
      return;
    } catch (error) {
      if (isLoss(error)) {
        throw new LostWrite(error);
      }
      if (!(error instanceof GafferError) || error.code !== 'stream_busy') {
        throw error;
      }
    }
    await Promise.race([new Promise((resolve) => setTimeout(resolve, BUSY_MS)), lost]);
  }
}
