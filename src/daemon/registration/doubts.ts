import { shownUrl } from '../../protocol/hook-url.ts';
import { isLocal } from '../config/address.ts';
import type { LookupdSettings } from '../config/lookupd-settings.ts';
import type { Origin } from './origin.ts';

/** What should be said of a registration that is done all the same. @param origin what the node says of itself unless it is told */
export function doubtsAbout({ addresses, broadcastAddress, key, tls }: LookupdSettings, origin: Origin): readonly string[] {
  const remote = addresses.filter((address) => !isHere(address));
  const secure = remote.filter((address) => /^https:/i.test(address));
  return [
    ...(addresses.length > 0 && broadcastAddress === undefined && origin.isLocal
      ? [
          `lookupd is told that this node is at ${origin.text}, where other machines can't reach it: bind it elsewhere, or name another address with --broadcast-address`,
        ]
      : []),
    ...(key === undefined ? [] : remote)
      .filter((address) => !secure.includes(address))
      .map((address) => `the key for lookupd goes to ${shownUrl(address)} as everybody on the way can read it: use https://`),
    ...(tls?.peerCertificate === 'none' ? secure : []).map(
      (address) => `whoever answers at ${shownUrl(address)} is taken for lookupd: its certificate is not looked at (cert_reqs in [lookup_ssl])`,
    ),
  ];
}

/** Whether a lookupd is on this machine. */
function isHere(address: string): boolean {
  return address.toLowerCase().startsWith('unix:') || isLocal({ kind: 'tcp', host: new URL(address).hostname.replace(/^\[(.*)\]$/, '$1'), port: 0 });
}
