import { closeSync, writeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { GafferError } from '../errors.ts';
import { spawnAgain } from '../supervisor/spawn.ts';

/** Tells a process that it was started in the background. */
const MARK = 'GAFFER_BACKGROUND';

/** What says that a process is in the background is not for those that it starts. */
export function withoutMark({ [MARK]: _, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env;
}

/** The descriptor on which such a process says that it is ready. */
const READY_FD = 3;

/** Whether this process was started by {@link startInBackground}. */
export function isInBackground(env: NodeJS.ProcessEnv): boolean {
  return env[MARK] !== undefined;
}

/**
 * Starts this program again with the same command line, as a process that outlives this one and its terminal.
 * @returns its pid, as soon as it has said that it is ready
 * @throws GafferError `io_failed` when it ends before that; why it has said on stderr
 */
export async function startInBackground(name: string, env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawnAgain({ stdio: ['ignore', 'ignore', 'pipe', 'pipe'], env: { ...env, [MARK]: '1' } });
  const ready = child.stdio[READY_FD] as Readable;
  child.stderr?.pipe(process.stderr, { end: false });
  const isReady = await new Promise<boolean>((resolve) => {
    ready.once('data', () => resolve(true));
    child.once('close', () => resolve(false));
    child.once('error', () => resolve(false));
  });
  if (!isReady) {
    throw new GafferError('io_failed', `${name} has ended instead of running on in the background`);
  }
  child.unref();
  child.stderr?.destroy();
  ready.destroy();
  return child.pid ?? 0;
}

/** Says to whoever has started this process in the background that all is well, and takes the mark away: it is not for children. */
export function sayReady(env: NodeJS.ProcessEnv): void {
  if (isInBackground(env)) {
    Reflect.deleteProperty(env, MARK);
    process.stderr.on('error', () => undefined); // nobody reads it any more
    writeSync(READY_FD, 'ready\n');
    closeSync(READY_FD);
  }
}
