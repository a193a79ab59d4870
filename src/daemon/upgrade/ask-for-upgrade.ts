import { type FSWatcher, rmSync, watch } from 'node:fs';
import { GafferError, messageOf } from '../../errors.ts';
import { readHolder } from '../../runtime/run-folder.ts';
import { isAlive, type RunRecord } from '../../runtime/run-record.ts';
import { removeEmpty } from '../../runtime/shared-files.ts';
import { readProcess } from '../../supervisor/process-table.ts';
import { askFile, readNews, runFolderIn, tell, type UpgradeNews } from './upgrade-ask.ts';

/** An upgrade that has come about. */
export interface UpgradeDone {
  readonly version: string;
  readonly pid: number;
  /** The pid of the gafferd that was there before. */
  readonly before: number;
}

/** How long is waited until gafferd has taken notice, and for the upgrade. */
export interface AskLimits {
  readonly noticeMs: number;
  readonly doneMs: number;
}

const LIMITS = { noticeMs: 5000, doneMs: 90_000 };

/** How often is looked where the system does not tell of changes, and whether gafferd still runs. */
const LOOK_MS = 200;

/**
 * Has the gafferd that runs with a state folder replaced by the installed version.
 * @throws GafferError `unreachable` when none runs, `io_failed` when that has failed: then the one before still runs
 */
export async function askForUpgrade(stateDir: string, limits: AskLimits = LIMITS): Promise<UpgradeDone> {
  const runFolder = runFolderIn(stateDir);
  const holder = readHolder(runFolder);
  if (holder === undefined) {
    throw new GafferError(
      'unreachable',
      `no gafferd runs with the state folder ${stateDir}: start one, or name another folder with --state-dir, or its configuration with -c`,
    );
  }
  const file = askFile(runFolder, process.pid);
  try {
    tell(file, { kind: 'asked' });
    process.kill(holder.pid, 'SIGUSR2');
    const { pid, version } = await waitFor(file, { runFolder, holder, limits });
    return { pid, version, before: holder.pid };
  } catch (error) {
    throw error instanceof GafferError
      ? error
      : new GafferError('io_failed', `gafferd (pid ${holder.pid}) can't be asked: ${messageOf(error)}`, { cause: error });
  } finally {
    rmSync(file, { force: true });
    removeEmpty(runFolder);
  }
}

interface Waiting {
  readonly runFolder: string;
  readonly holder: RunRecord;
  readonly limits: AskLimits;
}

async function waitFor(file: string, { runFolder, holder, limits }: Waiting): Promise<Extract<UpgradeNews, { kind: 'done' }>> {
  const changes = new Changes(runFolder);
  const from = performance.now();
  try {
    for (;;) {
      const isThere = isAlive(holder); // before the news are read: the last ones are told before it ends
      const news = readNews(file);
      if (news?.kind === 'done') {
        return news;
      }
      const trouble = troubleWith(news, { isThere, isStopped: isStopped(holder.pid), waitedMs: performance.now() - from, limits, pid: holder.pid });
      if (trouble !== undefined) {
        throw new GafferError('io_failed', trouble);
      }
      await changes.next();
    }
  } finally {
    changes.close();
  }
}

function isStopped(pid: number): boolean {
  return readProcess(pid)?.state === 'T';
}

/** What is known while an upgrade is waited for. */
export interface UpgradeWait {
  /** Whether the gafferd that was asked runs. */
  readonly isThere: boolean;
  /** Whether somebody has stopped it (SIGSTOP). */
  readonly isStopped: boolean;
  readonly waitedMs: number;
  readonly limits: AskLimits;
  readonly pid: number;
}

/** Why an upgrade is not waited for any longer; undefined while there is hope. */
export function troubleWith(news: UpgradeNews | undefined, { isThere, isStopped, waitedMs, limits, pid }: UpgradeWait): string | undefined {
  if (news?.kind === 'failed') {
    return `the upgrade has failed, gafferd (pid ${pid}) goes on: ${news.reason}`;
  }
  if (!isThere) {
    return `gafferd (pid ${pid}) has ended before the upgrade was over: its log says more; start gafferd again if none runs`;
  }
  if (news?.kind === 'asked' && waitedMs > limits.noticeMs) {
    return isStopped
      ? `gafferd (pid ${pid}) is stopped: let it go on (kill -CONT ${pid}), then the upgrade does`
      : `gafferd (pid ${pid}) takes no notice of SIGUSR2: it is too busy, then the upgrade goes on by itself; or of a version that can't be upgraded while it runs`;
  }
  return waitedMs > limits.doneMs
    ? `the upgrade is not over after ${limits.doneMs / 1000} s: the log of gafferd (pid ${pid}) says how far it is`
    : undefined;
}

/** Changes in a folder. */
class Changes {
  readonly #watcher: FSWatcher | undefined;
  #wake: () => void = () => undefined;

  constructor(folder: string) {
    this.#watcher = watchIfPossible(folder, () => this.#wake());
  }

  /** Resolves with the next change, or after a short time. */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LOOK_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  close(): void {
    this.#watcher?.close();
  }
}

function watchIfPossible(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    return watch(folder, onChange).on('error', () => undefined);
  } catch {
    return undefined; // the system has no watcher left: then looking has to do
  }
}
