import { describe, expect, it } from 'vitest';
import { checkInstallation } from '../../../src/doctor/checks/installation.ts';
import { checkNodeVersion } from '../../../src/doctor/checks/node-version.ts';
import { checkOpenFiles } from '../../../src/doctor/checks/open-files.ts';
import { checkParts, type PartsFacts } from '../../../src/doctor/checks/parts.ts';
import { told } from './told.ts';

describe('the version of Node', () => {
  it.each([
    ['v20.19.0', '2026-04-30', 'ok'],
    ['v20.19.0', '2026-05-01', 'advice'],
    ['v22.1.0', '2026-05-01', 'ok'],
    ['v24.1.0', '2028-05-01', 'advice'],
    ['v26.0.0', '2029-01-01', 'ok'],
    ['v20.18.3', '2025-01-01', 'problem'],
    ['v18.20.0', '2025-01-01', 'problem'],
    ['v23.4.0', '2025-01-01', 'advice'],
    ['v31.0.0', '2027-01-01', 'advice'],
    ['nonsense', '2027-01-01', 'problem'],
  ])('%s on %s is worth: %s', (version, day, level) => {
    expect(checkNodeVersion(version, Date.parse(`${day}T12:00:00Z`))).toMatchObject({ level, area: 'gaffer', id: 'node-version' });
  });
});

describe('parts', () => {
  const all: PartsFacts = {
    platform: 'linux',
    isRoot: true,
    changesUser: true,
    libsqlTrouble: undefined,
    hasSetpriv: true,
    hasMkfifo: true,
    hasProc: true,
  };

  it.each<[string, Partial<PartsFacts>, readonly string[]]>([
    ['are all there', {}, ['ok libsql', 'ok setpriv']],
    ['are all there for a user who is not root', { isRoot: false, hasSetpriv: false }, ['ok libsql']],
    ['lack libsql', { libsqlTrouble: "Cannot find module 'libsql'" }, ['problem libsql', 'ok setpriv']],
    ['lack setpriv, and a job needs it', { hasSetpriv: false }, ['ok libsql', 'problem setpriv']],
    ['lack setpriv, and no job needs it', { hasSetpriv: false, changesUser: false }, ['ok libsql', 'advice setpriv']],
    ['lack mkfifo', { hasMkfifo: false }, ['ok libsql', 'ok setpriv', 'advice mkfifo']],
    ['lack /proc', { hasProc: false }, ['ok libsql', 'ok setpriv', 'warning proc']],
    ['are those of another system', { platform: 'darwin', hasProc: false, hasMkfifo: false, hasSetpriv: false }, ['ok libsql', 'advice platform']],
  ])('%s', (_what, facts, expected) => {
    expect(told(checkParts({ ...all, ...facts }))).toEqual(expected);
  });
});

describe('files that may be open at once', () => {
  it.each([
    [undefined, 0, []],
    [1024, 0, ['ok open-files']],
    [1024, 100, ['ok open-files']],
    [1024, 200, ['warning open-files']],
    [100, 0, ['warning open-files']],
    [Number.POSITIVE_INFINITY, 100_000, ['ok open-files']],
  ])('%s, for %i processes', (limit, processes, expected) => {
    expect(told(checkOpenFiles(limit, processes))).toEqual(expected);
  });

  it('tells how many are needed, and how to get them', () => {
    expect(checkOpenFiles(1024, 200)).toMatchObject([
      {
        message: '1024 files may be open at once, and the 200 processes of the configuration may need 1400',
        remedy: 'ulimit -n 2800 before gafferd, or LimitNOFILE=2800 of systemd',
      },
    ]);
  });
});

describe('the programs of the package', () => {
  const own = { gaffer: '/opt/gaffer/bin/gaffer.js', gafferd: '/opt/gaffer/bin/gafferd.js' };

  it.each([
    ['are whole', own, own, ['ok version']],
    ['are whole, and no shell finds them', own, { gaffer: undefined, gafferd: undefined }, ['ok version']],
    ['are not those that a shell finds', own, { gaffer: own.gaffer, gafferd: '/usr/bin/gafferd' }, ['advice other-program', 'ok version']],
    ['are not all there', { ...own, gafferd: undefined }, { gafferd: '/usr/bin/gafferd' }, ['problem program-missing']],
  ])('%s', (_what, mine, inPath, expected) => {
    expect(told(checkInstallation({ version: '1.2.3', own: mine, inPath }))).toEqual(expected);
  });
});
