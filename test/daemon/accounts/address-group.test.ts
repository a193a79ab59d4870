import { describe, expect, it } from 'vitest';
import { addressGroup } from '../../../src/daemon/accounts/address-group.ts';

describe('attempts are counted', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::FFFF:7f00:1', '127.0.0.1'],
    ['0:0:0:0:0:ffff:192.168.255.1', '192.168.255.1'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['2001:db8:0:1::', '2001:db8:0:1::/64'],
    ['2001:0DB8:0000:0001:ffff:ffff:ffff:ffff', '2001:db8:0:1::/64'],
    ['2001:db8::2:0:0:0:9', '2001:db8:0:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::10.0.0.1', '64:ff9b:0:0::/64'],
    ['unix', 'unix'],
    ['', ''],
  ])('from %j for %j', (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });
});
