import { parsePermissionWords, permissionWords } from '../../access/permission-words.ts';
import { GafferError } from '../../errors.ts';
import { quoteText } from '../../finding.ts';
import { withAccounts, withAccountsIfAny } from '../gafferd/account-deed.ts';
import type { KeyFlagValues } from './flags.ts';

/** What is done with the keys of a state folder. */
type KeyDeed = (stateDir: string) => Promise<void>;

/** What is to be done with keys, if that is asked for; a lookupd may run with them meanwhile. @throws GafferError `bad_usage` */
export function keyDeedOf({ 'create-key': words, label, 'list-keys': isList, 'delete-key': id }: KeyFlagValues): KeyDeed | undefined {
  if (words !== undefined) {
    return creation(words, label);
  }
  if (label !== undefined) {
    throw new GafferError('bad_usage', '--label: expected --create-key beside it: it says what that key is for');
  }
  if (id !== undefined) {
    return async (stateDir) => {
      await withAccounts({ stateDir }, ({ keys }) => {
        if (keys.find(id) === undefined) {
          throw new GafferError('key_not_found', `there is no key ${quoteText(id)}; gaffer_lookupd --list-keys lists them by their ids`);
        }
        keys.delete(id);
      });
      process.stdout.write(`The key '${id}' has been deleted.\n`);
    };
  }
  return isList ? list : undefined;
}

/** The rights that mean something to a lookupd: to manage nodes, one or all, and to read everything. All are named: without a name one was left out. */
const WORD = /^(?:\+a|\*\+[mr]+|[^*+]+\+m)$/;

function creation(words: readonly string[], label: string | undefined): KeyDeed {
  const wrong = words.find((word) => !WORD.test(word));
  if (wrong !== undefined) {
    throw new GafferError(
      'bad_usage',
      `--create-key: expected NODE+m for a node of that name, *+m for all nodes, *+r for who may read, or +a for both, got ${quoteText(wrong)}`,
    );
  }
  const permissions = parsePermissionWords(words);
  return async (stateDir) => {
    const { info, secret } = await withAccounts({ stateDir }, ({ keys }) => keys.create({ permissions, label }));
    process.stdout.write(`The key '${info.id}' has been created.\nAPI Key: ${secret}\n`);
  };
}

async function list(stateDir: string): Promise<void> {
  await withAccountsIfAny({ stateDir }, ({ keys }) => {
    for (const { id, permissions, label } of keys.all) {
      process.stdout.write(`${[id, permissionWords(permissions).map(withTarget).join(' '), ...(label === undefined ? [] : [label])].join('  ')}\n`);
    }
  });
}

/** A right as `--create-key` takes it: with whom it is about. */
function withTarget(word: string): string {
  return word.replace(/^\+(?=[rwm]$)/, '*+');
}
