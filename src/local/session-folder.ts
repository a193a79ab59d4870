import { createHash } from 'node:crypto';
import { lstatSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { GafferError, messageOf } from '../errors.ts';
import { isOwnFolder, makePrivate } from '../runtime/private-folder.ts';
import { RunFolder } from '../runtime/run-folder.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const REMEDY = 'set XDG_RUNTIME_DIR to another place';

/** The folder in which sessions of this user keep what they need while they run. Only the user can look into it. */
export function sessionsFolder(env: Environment): string {
  return makePrivate(sessionsPlace(env), REMEDY);
}

/** The same where it is there already and this user's; it is left as it is. */
export function existingSessionsFolder(env: Environment): string | undefined {
  const place = sessionsPlace(env);
  return isOwnFolder(lstatSync(place, { throwIfNoEntry: false })) ? place : undefined;
}

function sessionsPlace(env: Environment): string {
  const runtime = env['XDG_RUNTIME_DIR'];
  const isUsable = runtime !== undefined && runtime.startsWith('/') && isOwnFolder(lstatSync(runtime, { throwIfNoEntry: false }));
  return isUsable ? join(runtime, 'gaffer') : join(tmpdir(), `gaffer-${process.getuid?.() ?? ''}`);
}

/** The folder of the session that runs in a project; it is the same for every way to write the project's path. */
export function projectFolder(sessions: string, root: string): string {
  const path = realpathSync(root);
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 12);
  const name = basename(path)
    .replaceAll(/[^A-Za-z0-9_-]/g, '')
    .slice(0, 16);
  return join(sessions, `${name}-${hash}`);
}

/**
 * Claims a project for a session of this process.
 * @throws GafferError `already_running` when another session runs there
 */
export function claimSession({ root, app }: { readonly root: string; readonly app: string }, runId: string, env: Environment): RunFolder {
  const sessions = sessionsFolder(env);
  try {
    return RunFolder.claim({
      folder: projectFolder(sessions, root),
      runId,
      details: { root, app },
      remedy: REMEDY,
      busy: ({ pid }) =>
        new GafferError(
          'already_running',
          `gaffer start is running in ${root} already (pid ${pid}): stop that one first, or run this one in another folder`,
        ),
    });
  } catch (error) {
    throw error instanceof GafferError ? error : unusable(sessions, error);
  }
}

function unusable(sessions: string, cause: unknown): GafferError {
  return new GafferError('io_failed', `cannot keep the files of a session in ${sessions}: ${messageOf(cause)}; ${REMEDY}`, { cause });
}
