import { GafferError } from '../errors.ts';
import { formatJobName } from '../job/name.ts';
import type { Holder } from './accounts.ts';
import { isAllowed, type Need, type Target } from './permissions.ts';

/** Whether the holder of a key may do what a request needs: a key can never do more than those that it was made from. */
export function mayHolder({ chain }: Holder, need: Need): boolean {
  return chain.length > 0 && chain.every((permissions) => isAllowed(permissions, need));
}

/** @throws GafferError `forbidden` when the holder of a key may not do what a request needs */
export function expectAllowed(holder: Holder, need: Need): void {
  if (!mayHolder(holder, need)) {
    throw new GafferError('forbidden', `expected a key that may ${describeNeed(need)}; ${holder.keyId} may not`);
  }
}

/** What a request needs, for people. */
export function describeNeed(need: Need): string {
  switch (need.kind) {
    case 'public':
    case 'key':
      return 'ask at all';
    case 'admin':
      return 'do everything (admin)';
    case 'create_key':
      return 'make keys (create_key)';
    case 'create_user':
      return 'make users (create_user)';
    case 'key_itself':
      return need.isAdmins ? "see and change an admin's key (admin)" : 'see and change that key (create_key)';
    case 'user_itself':
      return need.isAdmins ? 'see and change an admin (admin)' : 'see and change that user (create_user)';
    case 'right':
      return `${need.right} ${describeTarget(need.target)}`;
  }
}

function describeTarget(target: Target): string {
  switch (target.kind) {
    case 'all':
      return 'everything (*)';
    case 'session':
      return target.session;
    case 'node':
      return target.node;
    case 'job':
      return target.isUnnamed === true ? 'the job of that process' : formatJobName(target.job);
  }
}
