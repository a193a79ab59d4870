import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { GafferError, systemCode } from '../errors.ts';
import { findSession, type RunningSession } from '../local/session-address.ts';

/** How long a session that has just been started may take until it listens. */
const LISTENING_MS = 2000;

const STEP_MS = 20;

/** Finds the `gaffer start` that runs in a project. */
export function findLocal(root: string): RunningSession | undefined {
  try {
    return findSession(root, process.env);
  } catch {
    return undefined; // where sessions could not be kept there is none
  }
}

/** Resolves when a session answers. @throws GafferError `unreachable` when it does not */
export async function untilListening({ pid, socket }: RunningSession): Promise<void> {
  const deadline = performance.now() + LISTENING_MS;
  for (;;) {
    const failure = await tryToConnect(socket);
    if (failure === undefined) {
      return;
    }
    if (!['ENOENT', 'ECONNREFUSED'].includes(failure) || performance.now() > deadline) {
      throw new GafferError(
        'unreachable',
        `the gaffer start of this folder (pid ${pid}) does not answer on ${socket} (${failure}): stop it and start it again`,
      );
    }
    await sleep(STEP_MS);
  }
}

/** The code of what went wrong, if something did. */
function tryToConnect(socket: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.once('connect', () => {
      connection.destroy();
      resolve(undefined);
    });
    connection.once('error', (error) => resolve(systemCode(error) ?? 'unknown'));
  });
}

/** Ends a session as Ctrl-C does; resolves when nothing is left of it. */
export async function endSession(root: string, { pid }: RunningSession): Promise<void> {
  const isThere = (): boolean => findLocal(root)?.pid === pid;
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if (isThere()) {
      throw new GafferError('io_failed', `cannot end the gaffer start of this folder (pid ${pid}): ${systemCode(error) ?? ''}`, { cause: error });
    }
  }
  while (isThere()) {
    await sleep(STEP_MS);
  }
}
