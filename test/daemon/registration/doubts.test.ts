import { expect, it } from 'vitest';
import type { LookupdSettings } from '../../../src/daemon/config/lookupd-settings.ts';
import { doubtsAbout } from '../../../src/daemon/registration/doubts.ts';

const HERE = { text: 'http://127.0.0.1:5000', isLocal: true };
const EVERYWHERE = { text: 'http://node1:5000', isLocal: false };
const PLAIN: LookupdSettings = {
  addresses: ['http://lookup:5010'],
  broadcastAddress: undefined,
  nodeName: undefined,
  key: undefined,
  keyFile: undefined,
  tls: undefined,
  heartbeatMs: 15_000,
};
const CAREFREE = { peerCertificate: 'none' } as LookupdSettings['tls'];

it.each<readonly [title: string, settings: LookupdSettings, origin: typeof HERE, doubts: readonly string[]]>([
  ['nothing of a node that others can reach', PLAIN, EVERYWHERE, []],
  [
    'that others get an address that they can not reach',
    PLAIN,
    HERE,
    [
      "lookupd is told that this node is at http://127.0.0.1:5000, where other machines can't reach it: bind it elsewhere, or name another address with --broadcast-address",
    ],
  ],
  ['nothing where the address is named', { ...PLAIN, broadcastAddress: 'https://node1' }, HERE, []],
  ['nothing where there is no lookupd', { ...PLAIN, addresses: [] }, HERE, []],
  [
    'that a key can be read on the way',
    { ...PLAIN, key: 's', addresses: ['http://me:x@lookup:5010', 'http://127.0.0.1:1', 'http://[::1]:1', 'unix:/a', 'https://lookup'] },
    EVERYWHERE,
    ['the key for lookupd goes to http://***@lookup:5010 as everybody on the way can read it: use https://'],
  ],
  [
    'that anybody can be taken for a lookupd',
    { ...PLAIN, addresses: ['https://lookup', 'https://localhost:1'], tls: CAREFREE },
    EVERYWHERE,
    ['whoever answers at https://lookup is taken for lookupd: its certificate is not looked at (cert_reqs in [lookup_ssl])'],
  ],
])('says %s', (_, settings, origin, doubts) => {
  expect(doubtsAbout(settings, origin)).toEqual(doubts);
});
