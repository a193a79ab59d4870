import { parsePermissionWords, permissionWords } from '../../access/permission-words.ts';
import { withAccounts, withAccountsIfAny } from '../gafferd/account-deed.ts';
import type { KeyFlagValues } from './flags.ts';

/** What is to be done with the keys of a state folder, if that is asked for; a lookupd may run with it meanwhile. */
export function keyDeedOf({
  'create-key': words,
  label,
  'list-keys': isList,
  'delete-key': id,
}: KeyFlagValues): ((stateDir: string) => Promise<void>) | undefined {
  if (words !== undefined) {
    const permissions = parsePermissionWords(words);
    return async (stateDir) => {
      const { info, secret } = await withAccounts({ stateDir }, ({ keys }) => keys.create({ permissions, label }));
      process.stdout.write(`The key '${info.id}' has been created.\nAPI Key: ${secret}\n`);
    };
  }
  if (id !== undefined) {
    return async (stateDir) => {
      await withAccounts({ stateDir }, ({ keys }) => keys.delete(id));
      process.stdout.write(`The key '${id}' has been deleted.\n`);
    };
  }
  return isList
    ? async (stateDir) => {
        await withAccountsIfAny({ stateDir }, ({ keys }) => {
          for (const key of keys.all) {
            process.stdout.write(
              `${[key.id, permissionWords(key.permissions).join(' '), ...(key.label === undefined ? [] : [key.label])].join('  ')}\n`,
            );
          }
        });
      }
    : undefined;
}
