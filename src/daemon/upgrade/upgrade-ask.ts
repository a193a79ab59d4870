import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ignoreMissing } from '../../runtime/shared-files.ts';
import { isRunning } from '../../supervisor/process-table.ts';

/** How it goes with an upgrade, for `gafferd --upgrade`, which waits for it. */
export type UpgradeNews =
  | { readonly kind: 'asked' }
  | { readonly kind: 'begun' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'done'; readonly pid: number; readonly version: string };

const NAME = /^upgrade-(\d+)$/;

/** The folder of gafferd's run in a state folder. */
export function runFolderIn(stateDir: string): string {
  return join(stateDir, 'run');
}

/** Where a process asks for an upgrade, and is answered: a file in the folder of gafferd's run. */
export function askFile(runFolder: string, pid: number): string {
  return join(runFolder, `upgrade-${pid}`);
}

/** Answers everybody who has asked for an upgrade; what was left by those who are gone is removed. */
export function answerAsks(runFolder: string, news: UpgradeNews): void {
  for (const name of ignoreMissing(() => readdirSync(runFolder)) ?? []) {
    const [, pid] = NAME.exec(name) ?? [];
    if (pid === undefined) {
      continue;
    }
    const path = join(runFolder, name);
    if (isRunning(Number(pid))) {
      tell(path, news);
    } else {
      rmSync(path, { force: true });
    }
  }
}

/** Writes news, which a reader finds whole. */
export function tell(path: string, news: UpgradeNews): void {
  const fresh = `${path}.new`;
  writeFileSync(fresh, JSON.stringify(news), { mode: 0o600 });
  renameSync(fresh, path);
}

/** Reads news; undefined when there is none that this version knows. */
export function readNews(path: string): UpgradeNews | undefined {
  try {
    const { kind, reason, pid, version } = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>>;
    switch (kind) {
      case 'asked':
      case 'begun':
        return { kind };
      case 'failed':
        return typeof reason === 'string' ? { kind, reason } : undefined;
      case 'done':
        return typeof pid === 'number' && typeof version === 'string' ? { kind, pid, version } : undefined;
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}
