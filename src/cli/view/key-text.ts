import type { KeyInfo } from '../../access/accounts.ts';
import { permissionWords } from '../../access/permission-words.ts';
import { ADMIN, type Permissions, permissionsRecord } from '../../access/permissions.ts';

/** What is to be shown of a key that may not be there yet. */
type ShownKey = Omit<KeyInfo, 'id'>;

/** A key as the original shows it, its misspelling too: a line for each right. */
export function keyLines({ label, permissions, parent }: ShownKey): readonly string[] {
  return [
    ...(label === undefined ? [] : [`Label: ${label}`]),
    ...(parent === undefined ? [] : [`Parent: ${parent}`]),
    'Permisssions:',
    ...permissionLines(permissions),
  ];
}

function permissionLines(permissions: Permissions): readonly string[] {
  const { admin, createKey, createUser, manage, read, write } = permissions.admin ? ADMIN : permissions;
  const flag = (isSet: boolean): string => (isSet ? 'True' : 'False');
  return [
    `  admin: ${flag(admin)}`,
    `  create_key: ${flag(createKey)}`,
    `  create_user: ${flag(createUser)}`,
    ...Object.entries({ manage, read, write }).map(([right, targets]) => `  ${right}: ${targets.join(',')}`.trimEnd()),
  ];
}

/** A key as it is printed for programs: as the API tells it. */
export function keyJson({ id, label, permissions, parent }: KeyInfo): Readonly<Record<string, unknown>> {
  return { key: id, ...keyRequestJson({ label, permissions, parent }) };
}

/** The same without its id. */
export function keyRequestJson({ label, permissions, parent }: ShownKey): Readonly<Record<string, unknown>> {
  return { permissions: permissionsRecord(permissions), label: label ?? null, parent: parent ?? null };
}

/** A list of keys, a line each: the id, what it allows in the words of `key:create`, the label. */
export function keyListLines(keys: readonly KeyInfo[]): readonly string[] {
  return keys.map(({ id, permissions, label }) =>
    [id, permissionWords(permissions).join(' ') || '-', ...(label === undefined ? [] : [label])].join('  '),
  );
}
