import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { becomes } from './processes.ts';

/** A Chromium on this machine, by its path; undefined where there is none. `GAFFER_TEST_BROWSER` names another one. */
export const BROWSER =
  process.env['GAFFER_TEST_BROWSER'] ?? ['chromium', 'chromium-browser', 'google-chrome'].map(inPath).find((path) => path !== undefined);

/** Opens a page in a browser of its own, without a window; it is closed with the test. @param flags further ones, as Chromium has them */
export function browse(url: string, flags: readonly string[] = []): void {
  const folder = mkdtempSync(join(tmpdir(), 'gaffer-browser-'));
  const own = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking'];
  const child = spawn(BROWSER ?? '', [...own, `--user-data-dir=${folder}`, ...flags, url], {
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, TMPDIR: folder },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  onTestFinished(async () => {
    killGroup(child);
    await ended;
    await becomes(() => !isGroup(child), 10_000); // its helpers write into the folder
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
}

function inPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) {
    process.kill(-pid, 'SIGKILL');
  }
}

function isGroup({ pid }: ChildProcess): boolean {
  try {
    return pid !== undefined && process.kill(-pid, 0);
  } catch {
    return false;
  }
}
