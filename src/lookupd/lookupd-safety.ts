import { formatAddress, isLocal } from '../daemon/config/address.ts';
import { asksForKeys } from '../daemon/safety.ts';
import { GafferError } from '../errors.ts';
import type { LookupdConfig } from './config.ts';

type Access = Pick<LookupdConfig, 'requireKey' | 'endpoints'>;

/** Refuses a set-up that nobody could use. @param keys how many there are @throws GafferError `bad_usage` */
export function expectKeys(config: Access, keys: number): void {
  const open = config.endpoints.find(({ address }) => !isLocal(address));
  if (open !== undefined && config.requireKey === undefined && keys === 0) {
    throw new GafferError(
      'bad_usage',
      `bind: other machines can reach ${formatAddress(open.address)}, so a key is asked for there, and there is none yet; ` +
        'make some with "gaffer_lookupd --create-key NODE+m" and "gaffer_lookupd --create-key \'*+r\'", or say --no-require-key if whoever reaches it may register',
    );
  }
}

/** What should be said of a set-up that is taken all the same. @param keys how many there are */
export function lookupdDoubts(config: Access, keys: number): readonly string[] {
  const open = config.endpoints.filter(({ address }) => !isLocal(address));
  if (!asksForKeys(config)) {
    return open.map(
      ({ address }) => `whoever reaches ${formatAddress(address)} can register what he likes, and see what runs where: no key is asked for`,
    );
  }
  return [
    ...(keys === 0 ? ['a key is asked for, and there is none: nobody gets in; "gaffer_lookupd --create-key" makes one'] : []),
    ...open
      .filter(({ tls }) => tls === undefined)
      .map(({ address }) => `keys go to ${formatAddress(address)} as everybody on the way can read them: serve it with TLS (--certfile, --keyfile)`),
  ];
}
