import { actAsOwner } from './state-owner.ts';

/** `gafferd --upgrade`: the gafferd that runs with a state folder is replaced by the installed version. */
export async function upgrade(stateDir: string): Promise<void> {
  const { askForUpgrade } = await import('../../daemon/upgrade/ask-for-upgrade.ts');
  actAsOwner(stateDir);
  const { version, pid, before } = await askForUpgrade(stateDir);
  process.stdout.write(`gafferd ${version} (pid ${pid}) has taken over from pid ${before}\n`);
}
