import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { GafferError } from '../errors.ts';
import { MAX_SOCKET_PATH } from '../runtime/socket-path.ts';

/** A path for a socket of a folder, and how to let go of what it needs. */
export interface SocketPath {
  readonly path: string;
  close(): void;
}

/**
 * A path for a socket that the system takes, also where the folder's is too long: then it leads through an open descriptor of the folder.
 * @throws GafferError `io_failed` where that can't be
 */
export function socketPath(folder: string, name: string): SocketPath {
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH) {
    return { path, close: () => undefined };
  }
  if (process.platform !== 'linux') {
    throw new GafferError(
      'io_failed',
      `expected a path of at most ${MAX_SOCKET_PATH} bytes for a socket, got ${path}: choose a shorter state folder with --state-dir`,
    );
  }
  const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  return { path: `/proc/self/fd/${fd}/${name}`, close: () => closeSync(fd) };
}
