import { randomUUID } from 'node:crypto';
import type { RunFolder } from '../runtime/run-folder.ts';
import { NodeAccounts } from './accounts/accounts.ts';
import type { DaemonConfig } from './config/config.ts';
import { claimPidfile, giveStateFolder } from './handover.ts';
import type { OwnUser } from './own-user.ts';
import type { Pidfile } from './pidfile.ts';
import { asksForKeys, expectSafe } from './safety.ts';
import { claimState } from './state-claim.ts';
import { makeStateFolder } from './state-folder.ts';
import { Store } from './store.ts';

/** Whose state it is, and what of. */
export interface DaemonStateOptions {
  readonly config: DaemonConfig;
  readonly user: OwnUser | undefined;
  /** The pid of a gafferd that has left, and whose claims are no obstacle. */
  readonly over: number | undefined;
  /** Is told what is wrong with the store. */
  readonly onProblem: (message: string) => void;
}

/** What one gafferd alone has while it runs: its pidfile, its state folder, and what is kept there. */
export class DaemonState {
  readonly run: RunFolder;
  readonly store: Store;
  readonly accounts: NodeAccounts;
  readonly #pidfile: Pidfile | undefined;

  /**
   * Claims all of it, or nothing.
   * @throws GafferError `already_running` when another gafferd has it, `io_failed`, `bad_usage`
   */
  constructor({ config, user, over, onProblem }: DaemonStateOptions) {
    const { stateDir, pidfile } = config;
    const undo: (() => void)[] = [];
    const act = <T>(deed: () => T): T => (user === undefined ? deed() : user.act(deed));
    try {
      this.#pidfile = pidfile === undefined ? undefined : claimPidfile(pidfile, { user, over });
      undo.push(() => this.#pidfile?.remove());
      giveStateFolder(user, stateDir);
      act(() => makeStateFolder(stateDir));
      this.run = act(() => claimState(stateDir, { runId: randomUUID(), over }));
      undo.push(() => this.run.close());
      this.store = act(() => Store.open(stateDir, { onProblem }));
      undo.push(() => this.store.close());
      this.accounts = act(() => new NodeAccounts(this.store.accounts));
      expectSafe(config, this.accounts.keys.all.length);
      this.accounts.require(asksForKeys(config));
    } catch (error) {
      undo.reverse().forEach((step) => step());
      throw error;
    }
  }

  /** Gives everything back but the pidfile, which names a successor by now. */
  leave(): void {
    this.store.close();
    this.run.close();
  }

  /** Gives everything back. */
  close(): void {
    this.leave();
    this.#pidfile?.remove();
  }
}
