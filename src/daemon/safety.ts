import type { GuardOptions } from '../api/guard.ts';
import { GafferError } from '../errors.ts';
import { formatAddress, isLocal } from './config/address.ts';
import type { DaemonConfig } from './config/config.ts';

/**
 * Refuses what would let anybody in: keys are asked for in a later version, and nothing that should ask for them may do without.
 * @throws GafferError `bad_usage`
 */
export function expectSafe({ requireKey, endpoints }: Pick<DaemonConfig, 'requireKey' | 'endpoints'>): void {
  if (requireKey === true) {
    throw new GafferError(
      'bad_usage',
      'require_key: expected to do without, for this version cannot check keys yet; leave it out, and bind to a loopback address',
    );
  }
  const open = endpoints.find(({ address }) => !isLocal(address));
  if (open !== undefined && requireKey === undefined) {
    const place = formatAddress(open.address);
    throw new GafferError(
      'bad_usage',
      `bind: whoever reaches ${place} could run anything here, and this version cannot check keys yet; bind to a loopback address, or say --no-require-key if that is what you want`,
    );
  }
}

/** Who may call a node with such a configuration: by the names that it is bound to as well. */
export function guardOf({ endpoints, allowedHosts, allowedOrigins }: DaemonConfig): GuardOptions {
  const bound = endpoints.flatMap(({ address }) => (address.kind === 'tcp' && address.host !== undefined ? [address.host] : []));
  return { allowedHosts: [...allowedHosts, ...bound], allowedOrigins: allowedOrigins.includes('*') ? '*' : allowedOrigins };
}
