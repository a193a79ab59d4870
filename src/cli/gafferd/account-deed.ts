import type { NodeAccounts } from '../../daemon/accounts/accounts.ts';
import type { DaemonConfig } from '../../daemon/config/config.ts';
import { complain } from '../complain.ts';
import { explainMissing } from './missing-libsql.ts';
import { actAsOwner } from './state-owner.ts';

/** What is done with the keys and users of a state folder, and then the program ends. */
export interface AccountDeed {
  readonly stateDir: string;
  /** Who gafferd goes on as when root has started it: the folder is that user's. */
  readonly user?: DaemonConfig['user'];
}

/** Opens the accounts for a moment, whether a gafferd runs with them or not. @throws GafferError `io_failed`, `already_running` */
export async function withAccounts<T>({ stateDir, user }: AccountDeed, act: (accounts: NodeAccounts) => T | Promise<T>): Promise<T> {
  const { openSharedAccounts } = await import('../../daemon/shared-accounts.ts').catch(explainMissing);
  const [{ giveStateFolder }, { OwnUser }] = await Promise.all([import('../../daemon/handover.ts'), import('../../daemon/own-user.ts')]);
  giveStateFolder(OwnUser.of(user), stateDir);
  actAsOwner(stateDir);
  const shared = openSharedAccounts(stateDir, { onProblem: complain });
  try {
    return await act(shared.accounts);
  } finally {
    shared.close();
  }
}

/** The same where something was ever kept; elsewhere nothing is made. */
export async function withAccountsIfAny(deed: AccountDeed, act: (accounts: NodeAccounts) => void): Promise<void> {
  const { hasState } = await import('../../daemon/shared-accounts.ts').catch(explainMissing);
  actAsOwner(deed.stateDir);
  if (hasState(deed.stateDir)) {
    await withAccounts(deed, act);
  }
}
