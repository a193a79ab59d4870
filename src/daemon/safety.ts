import type { GuardOptions } from '../api/guard.ts';
import { GafferError } from '../errors.ts';
import { formatAddress, isLocal } from './config/address.ts';
import type { DaemonConfig } from './config/config.ts';
import type { Endpoint } from './config/endpoints.ts';

/** What decides who gets in. */
export type AccessConfig = Pick<DaemonConfig, 'requireKey' | 'endpoints' | 'allowedHosts' | 'allowedOrigins'>;

/** Whether everybody has to show a key: where it is said, else wherever other machines can reach gafferd. */
export function asksForKeys({ requireKey, endpoints }: Pick<AccessConfig, 'requireKey' | 'endpoints'>): boolean {
  return requireKey ?? endpoints.some(isOpen);
}

/**
 * Refuses a set-up that its user can't have meant: other machines reach it, and nobody could get in.
 * @param keys how many there are
 * @throws GafferError `bad_usage`
 */
export function expectSafe({ requireKey, endpoints }: Pick<AccessConfig, 'requireKey' | 'endpoints'>, keys: number): void {
  const open = endpoints.find(isOpen);
  if (open !== undefined && requireKey === undefined && keys === 0) {
    throw new GafferError(
      'bad_usage',
      `bind: other machines can reach ${formatAddress(open.address)}, so a key is asked for there, and there is none yet; ` +
        'make an admin with "gafferd --create-admin-user", or say --no-require-key if whoever reaches it may run anything here',
    );
  }
}

/** What should be said of a set-up that is taken all the same. @param keys how many there are */
export function doubtsAbout(config: Pick<AccessConfig, 'requireKey' | 'endpoints'>, keys: number): readonly string[] {
  const open = config.endpoints.filter(isOpen);
  if (!asksForKeys(config)) {
    return open.map(({ address }) => `whoever reaches ${formatAddress(address)} can run anything here: no key is asked for`);
  }
  return [
    ...(keys === 0 ? ['a key is asked for, and there is none: nobody gets in; "gafferd --create-admin-user" makes one'] : []),
    ...open
      .filter(({ tls }) => tls === undefined)
      .map(({ address }) => `keys go to ${formatAddress(address)} as everybody on the way can read them: serve it with TLS (--certfile, --keyfile)`),
  ];
}

/** Who may call a node with such a configuration: by the names that it is bound to as well. Where a key is asked for, whoever has one. */
export function guardOf(config: AccessConfig): GuardOptions {
  const { endpoints, allowedHosts, allowedOrigins } = config;
  if (asksForKeys(config)) {
    return { allowedHosts: '*', allowedOrigins: '*' };
  }
  const bound = endpoints.flatMap(({ address }) => (address.kind === 'tcp' && address.host !== undefined ? [address.host] : []));
  return { allowedHosts: [...allowedHosts, ...bound], allowedOrigins: allowedOrigins.includes('*') ? '*' : allowedOrigins };
}

function isOpen({ address }: Endpoint): boolean {
  return !isLocal(address);
}
