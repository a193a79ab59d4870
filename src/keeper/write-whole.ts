import { writeSync } from 'node:fs';
import { systemCode } from '../errors.ts';

/** How long to wait before it is tried again, in milliseconds. */
const PAUSE_MS = 0.2;

/** Writes to a descriptor, and returns when the system has all of it. @throws the system's error, or one that says that nobody reads for too long */
export function writeWhole(fd: number, bytes: Uint8Array, patienceMs: number): void {
  let deadlineMs = performance.now() + patienceMs;
  for (let rest = bytes; rest.length > 0; ) {
    const written = writeSome(fd, rest);
    if (written > 0) {
      rest = rest.subarray(written);
      deadlineMs = performance.now() + patienceMs;
    } else if (performance.now() > deadlineMs) {
      throw new Error(`it has not read anything for ${patienceMs / 1000} seconds`);
    } else {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

function writeSome(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    if (systemCode(error) === 'EAGAIN') {
      return 0; // its buffer is full
    }
    throw error;
  }
}
