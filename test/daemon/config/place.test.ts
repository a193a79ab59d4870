import { expect, it } from 'vitest';
import { defaultStateDir } from '../../../src/daemon/config/folders.ts';
import { defaultFolders } from '../../../src/daemon/config/place.ts';

it.each([
  [{ isRoot: false, home: '/home/u' }, ['/home/u/.gaffer']],
  [{ isRoot: false, home: undefined }, []],
  [{ isRoot: true, home: '/root', execPath: '/usr/local/bin/node' }, ['/usr/local/etc/gaffer', '/etc/gaffer']],
  [{ isRoot: true, home: '/root', execPath: '/opt/node/bin/node' }, ['/opt/node/etc/gaffer', '/usr/local/etc/gaffer', '/etc/gaffer']],
])('for %j the configuration is looked for in %j', (user, folders) => {
  expect(defaultFolders(user)).toEqual(folders);
});

it.each([
  [{ isRoot: false, home: '/home/u', env: {} }, '/home/u/.local/state/gaffer'],
  [{ isRoot: false, home: '/home/u', env: { XDG_STATE_HOME: '/x' } }, '/x/gaffer'],
  [{ isRoot: false, home: '/home/u', env: { XDG_STATE_HOME: 'relative' } }, '/home/u/.local/state/gaffer'],
  [{ isRoot: true, home: '/root', env: {} }, '/var/lib/gaffer'],
  [{ isRoot: true, home: '/root', env: { XDG_STATE_HOME: '/x' } }, '/x/gaffer'],
  [{ isRoot: false, home: undefined, env: {} }, undefined],
])('for %j the state is in %s', (user, folder) => {
  expect(defaultStateDir(user)).toBe(folder);
});
