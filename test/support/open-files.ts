import { readdirSync, readlinkSync } from 'node:fs';

/** What this process has open that could be the end of a child's pipe. */
export function openPipes(): string[] {
  return readdirSync('/proc/self/fd')
    .map(target)
    .filter((path) => path.startsWith('socket:') || path.startsWith('pipe:') || path.endsWith(' (deleted)'));
}

function target(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return ''; // the listing's own
  }
}
