import type { OriginalPlace } from '../../daemon/accounts/original-files.ts';
import { complain } from '../complain.ts';
import { type AccountDeed, withAccounts } from './account-deed.ts';
import { explainMissing } from './missing-libsql.ts';

/** Where from, and where to. */
export type ImportOptions = AccountDeed & OriginalPlace;

/** `gafferd --import-auth`: users and keys of the original gafferd, which keep their passwords and secrets. */
export async function importAuth(options: ImportOptions): Promise<void> {
  const [{ readOriginal }, { importOriginal }] = await Promise.all([
    import('../../daemon/accounts/original-files.ts'),
    import('../../daemon/accounts/import-original.ts'),
  ]).catch(explainMissing);
  const original = readOriginal(options); // before root becomes somebody who may not read it
  const { addKeys, addUsers, left, notes, broken } = await withAccounts(options, (accounts) => importOriginal(original, accounts));
  for (const file of original.missing) {
    complain(`${file} is not there: nothing is taken over from it`);
  }
  for (const line of [...left.map((one) => `${one}, and stays as it is`), ...notes]) {
    process.stdout.write(`${line}\n`);
  }
  for (const line of broken) {
    complain(`left out: ${line}`);
  }
  const counts = [
    `${count(addKeys.length, 'key')} and ${count(addUsers.length, 'user')} taken over`,
    `${left.length} there already`,
    `${broken.length} left out`,
  ];
  process.stdout.write(`${counts.join(', ')}\n`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
