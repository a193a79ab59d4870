import type { NodeAccounts } from './accounts.ts';
import type { OriginalAccounts } from './original-files.ts';
import { type Import, type KnownAccounts, planImport } from './original-import.ts';

/** Takes over what the original gaffer has kept, at once; what is there already stays as it is. @throws GafferError `io_failed` */
export function importOriginal(original: OriginalAccounts, { keys, users }: NodeAccounts): Import {
  const names = new Set(users.all.map(({ name }) => name));
  const keyOf: KnownAccounts['keyOf'] = (secret) => {
    const id = keys.find(secret)?.id;
    return id === undefined ? undefined : { id, depth: keys.depthOf(id) };
  };
  const plan = planImport(original, { keyOf, hasUser: (name) => names.has(name) });
  users.add(plan);
  return plan;
}
