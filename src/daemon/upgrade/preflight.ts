import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { GafferError, messageOf } from '../../errors.ts';
import type { DaemonConfig } from '../config/config.ts';
import { tlsOptionsOf } from '../config/tls-settings.ts';
import { Database } from '../database.ts';
import { isNewer } from '../schema.ts';
import { expectTrusted } from '../trust/file-doubts.ts';
import type { Predecessor } from './predecessor.ts';

/** Makes sure, while the one before it still serves, that a new gafferd can take over. @throws GafferError that says what is in the way */
export function expectTakeOver(config: DaemonConfig, { place, stateDir }: Pick<Predecessor, 'place' | 'stateDir'>): void {
  expectTrusted(config);
  const obstacle = changeInTheWay(config, { isRoot: place.isRoot, stateDir, uid: process.geteuid?.() });
  if (obstacle !== undefined) {
    throw new GafferError('io_failed', obstacle);
  }
  if (config.pidfile !== undefined) {
    expectPidfile(config.pidfile);
  }
  for (const { tls } of config.endpoints) {
    createSecureContext(tls === undefined ? {} : tlsOptionsOf(tls));
  }
  expectReadable(stateDir);
}

/** Which change of the configuration needs a gafferd that is stopped first; undefined when none does. */
export function changeInTheWay(
  { stateDir, user }: Pick<DaemonConfig, 'stateDir' | 'user'>,
  before: { readonly stateDir: string; readonly isRoot: boolean; readonly uid: number | undefined },
): string | undefined {
  if (stateDir !== before.stateDir) {
    return `the state folder was ${before.stateDir} and is to be ${stateDir}: stop gafferd and start it anew`;
  }
  const isOther = before.isRoot && before.uid !== 0 && user?.uid !== before.uid;
  return isOther ? 'gafferd is to go on as another user than before: stop it and start it anew as root' : undefined;
}

function expectPidfile(pidfile: string): void {
  try {
    accessSync(dirname(pidfile), constants.W_OK);
  } catch (error) {
    const reason = `${messageOf(error)}; put it into a folder of gafferd's user, or stop gafferd and start it anew`;
    throw new GafferError('io_failed', `the pidfile ${pidfile} would go on naming the old process: ${reason}`, { cause: error });
  }
}

/** Refuses a state folder that is not for this version: gafferd would put aside what it can't read. @throws GafferError `io_failed` */
export function expectReadable(stateDir: string): void {
  const path = join(stateDir, 'state.db');
  if (!existsSync(path)) {
    return; // opening it would make it
  }
  const database = new Database(path);
  try {
    if (isNewer(database)) {
      throw new GafferError('io_failed', `${path} was written by a newer gafferd: install that version, or a newer one`);
    }
  } finally {
    database.close();
  }
}
