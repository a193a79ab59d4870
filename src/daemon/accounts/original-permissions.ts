import { type Permissions, parsePermissions } from '../../access/permissions.ts';

const FLAGS = ['admin', 'create_key', 'create_user'] as const;
const RIGHTS = ['manage', 'write', 'read'] as const;

/**
 * Reads permissions as the original gaffer has kept them: what it did not look at is left out, what it took for nothing is nothing,
 * and targets may be the names of an object's members.
 * @throws GafferError `bad_request` for a target that no job or session can have
 */
export function originalPermissions(value: unknown): Permissions {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  return parsePermissions({
    ...Object.fromEntries(FLAGS.map((name) => [name, Boolean(given[name])])),
    ...Object.fromEntries(RIGHTS.map((name) => [name, targetsIn(given[name])])),
  });
}

function targetsIn(value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? Object.keys(value) : value || [];
}
