import type { ChildProcess } from 'node:child_process';
import { RUN_MARK } from '../supervisor/launch.ts';
import { spawnHelper } from '../supervisor/spawn.ts';

/**
 * What the guard runs: it waits for the end of its input, which comes when gaffer is gone, however that happened. Then
 * it ends the groups of the ledger and whoever carries the run's mark: SIGTERM, and 0.3 seconds later SIGKILL.
 * `$1` is the project's folder, `$2` the run's id. (`--` before a group needs `-s NAME` in dash.)
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM
while read -r line; do :; done
run="$1/$2"
groups() { awk '/^[+]/ { up[substr($1, 2)] = 1 } /^-/ { delete up[substr($1, 2)] } END { for (g in up) print g }' "$run/children" 2>/dev/null; }
marked() { grep -lszxF "${RUN_MARK}=$2" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3; }
each() { for g in $gs; do kill -s "$1" -- "-$g" 2>/dev/null; done; for p in $ps; do kill -s "$1" "$p" 2>/dev/null; done; }
alive() { for g in $gs; do kill -s 0 -- "-$g" 2>/dev/null && return 0; done; for p in $ps; do kill -s 0 "$p" 2>/dev/null && return 0; done; return 1; }
gs=$(groups); ps=$(marked "$@")
each TERM; each CONT
for i in 1 2 3 4 5 6; do alive || break; sleep 0.05; done
ps=$(marked "$@"); each KILL
rm -rf "$run" "$1/session/$2.json" "$1/api-$(echo "$2" | cut -c1-8).sock"
rmdir "$1/session" 2>/dev/null
rmdir "$1" 2>/dev/null
exit 0
`;

/** How long the end of a guard goes unanswered: one that can't run must not be started in a loop. */
const RESTART_MS = 50;

/** Watches over a run from a process of its own: when this process is killed, it ends the children. */
export class Guard {
  readonly #folder: string;
  readonly #runId: string;
  #process: ChildProcess | undefined;

  /** @param folder the project's folder */
  constructor(folder: string, runId: string) {
    this.#folder = folder;
    this.#runId = runId;
  }

  start(): void {
    const guard = spawnHelper('sh', ['-c', SCRIPT, 'gaffer-guard', this.#folder, this.#runId], ['pipe', 'ignore', 'ignore']);
    this.#process = guard;
    guard.stdin?.on('error', () => undefined);
    guard.on('error', () => undefined);
    guard.once('exit', () => {
      if (this.#process === guard) {
        setTimeout(() => this.#process === guard && this.start(), RESTART_MS).unref(); // somebody has killed it
      }
    });
    guard.unref();
    (guard.stdin as { unref?: () => void } | null)?.unref?.();
  }

  /** Ends the guard; resolves when it is gone. */
  async stop(): Promise<void> {
    const guard = this.#process;
    this.#process = undefined;
    if (guard?.pid !== undefined && guard.exitCode === null && guard.signalCode === null) {
      await new Promise((resolve) => {
        guard.ref();
        guard.once('exit', resolve);
        guard.kill('SIGKILL');
      });
    }
  }
}
