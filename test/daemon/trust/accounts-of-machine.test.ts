import { describe, expect, it } from 'vitest';
import { machineAccounts, readMachineAccounts } from '../../../src/daemon/trust/accounts-of-machine.ts';

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\nbea:x:1001:50::/home/bea:/bin/sh\n';
const GROUP = 'root:x:0:\nada:x:1000:\nstaff:x:50:ada,gone\n';

describe('the users and groups of a machine', () => {
  const accounts = machineAccounts(PASSWD, GROUP);

  it('are known by their numbers', () => {
    expect([accounts.userName(1000), accounts.userName(7), accounts.groupName(50), accounts.groupName(7)]).toEqual([
      'ada',
      undefined,
      'staff',
      undefined,
    ]);
  });

  it('in a group are those that it names, and those whose own group it is', () => {
    expect(accounts.membersOf(50)).toEqual([
      { uid: 1000, name: 'ada' },
      { uid: 1001, name: 'bea' },
    ]);
    expect(accounts.membersOf(1000)).toEqual([{ uid: 1000, name: 'ada' }]);
  });

  it('in a group that the files do not have are not known', () => {
    expect(accounts.membersOf(7)).toBeUndefined();
  });

  it('are read from this machine', () => {
    expect(readMachineAccounts().userName(0)).toBe('root');
  });
});
