import { join } from 'node:path';
import { readHolder } from '../runtime/run-folder.ts';
import { projectFolder, sessionsFolder } from './session-folder.ts';

/** A `gaffer start` that is running. */
export interface RunningSession {
  /** The operating system's pid of gaffer itself. */
  readonly pid: number;
  /** The unix socket on which it answers like any node. */
  readonly socket: string;
  /** Its application: the session of its jobs. */
  readonly app: string;
}

/** The unix socket of a run in a project's folder. */
export function socketOf(folder: string, runId: string): string {
  return join(folder, `api-${runId.slice(0, 8)}.sock`);
}

/** Whether a file is such a socket, of whatever run. */
export function isSocketName(name: string): boolean {
  return /^api-[\w-]*\.sock$/.test(name);
}

/** Finds the `gaffer start` that is running in a project. @param root the project's folder */
export function findSession(root: string, env: Readonly<Record<string, string | undefined>>): RunningSession | undefined {
  return findSessionIn(sessionsFolder(env), root);
}

/** Finds it in a folder of sessions, and changes nothing. */
export function findSessionIn(sessions: string, root: string): RunningSession | undefined {
  const folder = projectFolder(sessions, root);
  const record = readHolder(folder);
  return record === undefined ? undefined : { pid: record.pid, socket: socketOf(folder, record.runId), app: record.details?.['app'] ?? '' };
}
