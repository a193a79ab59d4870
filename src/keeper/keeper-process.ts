import { connect } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { GafferError } from '../errors.ts';
import { isAlive, type RunRecord, readRecord } from '../runtime/run-record.ts';
import { spawnHelper } from '../supervisor/spawn.ts';
import { READY, RECORD_FILE, SOCKET_FILE } from './files.ts';
import { type SocketPath, socketPath } from './folder-path.ts';

/** What a keeper is started with. */
export interface KeeperProgram {
  /** Its private folder. */
  readonly folder: string;
  /** The path of its program. */
  readonly keeper: string;
  readonly runId: string;
  /** The path of Node. */
  readonly execPath: string;
}

/** It lives long and keeps little: a small nursery, no threads for what can be done later, and it clears up early. */
const FLAGS = ['--max-semi-space-size=1', '--heap-growing-percent=20', '--single-threaded-gc', '--v8-pool-size=0'];

/** On this descriptor it says that it listens, or why it can't. */
const READY_FD = 3;

/** The keeper that runs in a folder. */
export function findKeeper(folder: string): RunRecord | undefined {
  const record = readRecord(join(folder, RECORD_FILE));
  return record !== undefined && isAlive(record) ? record : undefined;
}

/** Whether a keeper is there: one that answers is, whatever its record says. */
export async function isKeeperThere(folder: string): Promise<boolean> {
  return findKeeper(folder) !== undefined || (await answers(folder));
}

async function answers(folder: string): Promise<boolean> {
  let place: SocketPath;
  try {
    place = socketPath(folder, SOCKET_FILE);
  } catch {
    return false; // there is no such folder
  }
  try {
    return await new Promise((resolve) => {
      const socket = connect(place.path);
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
  } finally {
    place.close();
  }
}

/**
 * Starts a keeper that outlives this process. Resolves when it can be spoken to.
 * @throws GafferError `io_failed` when it can't run
 */
export async function startKeeper({ folder, keeper, runId, execPath }: KeeperProgram): Promise<void> {
  const child = spawnHelper(execPath, [...FLAGS, keeper, folder, runId], ['ignore', 'ignore', 'ignore', 'pipe']);
  const ready = child.stdio[READY_FD] as Readable;
  let said = '';
  await new Promise<void>((resolve) => {
    ready.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    ready.once('close', resolve);
    child.once('error', (error) => {
      said = error.message;
      resolve();
    });
  });
  child.unref();
  if (said !== READY) {
    throw new GafferError(
      'io_failed',
      `the process that keeps gafferd's children could not be started in ${folder}: ${said || 'it has ended at once'}`,
    );
  }
}
