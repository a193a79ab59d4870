import { join } from 'node:path';
import { GafferError } from '../errors.ts';
import { RunFolder } from '../runtime/run-folder.ts';
import { unusable } from './state-folder.ts';

const REMEDY = 'choose another folder with --state-dir';

/** For which run a state folder is taken. */
export interface StateClaim {
  readonly runId: string;
  /** Whose it may be still: that gafferd has left. */
  readonly over?: number | undefined;
}

/** Takes the state folder for one gafferd. @throws GafferError `already_running` when another one has it, `io_failed` */
export function claimState(stateDir: string, { runId, over }: StateClaim): RunFolder {
  try {
    return RunFolder.claim({
      folder: join(stateDir, 'run'),
      runId,
      over,
      remedy: REMEDY,
      busy: ({ pid }) =>
        new GafferError('already_running', `gafferd is running already with the state folder ${stateDir} (pid ${pid}): stop that one, or ${REMEDY}`),
    });
  } catch (error) {
    throw error instanceof GafferError ? error : unusable(stateDir, error);
  }
}
