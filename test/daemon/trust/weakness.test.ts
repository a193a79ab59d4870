import { describe, expect, it } from 'vitest';
import type { PathRights } from '../../../src/daemon/trust/file-rights.ts';
import { mendingOf } from '../../../src/daemon/trust/mending.ts';
import { nameOfStrangers, readersOf, weaknessesOf } from '../../../src/daemon/trust/weakness.ts';
import { ADA, BEA, pathTo, ROOT, thing } from '../../support/rights.ts';

const folder = (path: string, mode: number, owner = ROOT, group: readonly (typeof ROOT)[] = [owner]) =>
  thing(path, mode, { kind: 'folder', owner, group });

const WAY = [folder('/', 0o755), folder('/etc', 0o755)];

/** Who can change what, and how it is mended, in short. */
function told(rights: PathRights, uid: number): readonly string[] {
  return weaknessesOf(rights, new Set([uid])).map((one) => `${nameOfStrangers(one.who)}: ${one.deed} ${one.at.path}: ${mendingOf(one, uid)}`);
}

describe('a file that a user relies on', () => {
  it.each<[string, PathRights, number, readonly string[]]>([
    ['is root’s', pathTo(thing('/etc/f', 0o644), WAY), 0, []],
    ['is root’s, and the user is another one', pathTo(thing('/etc/f', 0o644), WAY), ADA.uid, []],
    ['is the user’s own', pathTo(thing('/etc/f', 0o600, { owner: ADA }), WAY), ADA.uid, []],
    ['can be written by everybody', pathTo(thing('/etc/f', 0o666), WAY), 0, ['everybody: write /etc/f: chmod go-w /etc/f']],
    [
      'can be written by a group of others',
      pathTo(thing('/etc/f', 0o664, { group: [ROOT, ADA, BEA] }), WAY),
      0,
      ['the group root (ada, bea): write /etc/f: chmod g-w /etc/f'],
    ],
    ['can be written by a group that nobody else is in', pathTo(thing('/etc/f', 0o664, { owner: ADA }), WAY), ADA.uid, []],
    ['can be written by a group that is not known', pathTo(thing('/etc/f', 0o664, { group: undefined }), WAY), 0, []],
    [
      'is another user’s',
      pathTo(thing('/etc/f', 0o644, { owner: BEA }), WAY),
      ADA.uid,
      ['the user bea, whose it is,: write /etc/f: chown 1000 /etc/f'],
    ],
    ['has blanks in its name', pathTo(thing('/etc/a f', 0o666), WAY), 0, ["everybody: write /etc/a f: chmod go-w '/etc/a f'"]],
    [
      'is in a folder that everybody can write into',
      pathTo(thing('/etc/f', 0o644), [folder('/', 0o755), folder('/etc', 0o777)]),
      0,
      ['everybody: replace /etc: chmod go-w /etc'],
    ],
    [
      'is in such a folder, in which everybody can remove only his own',
      pathTo(thing('/tmp/f', 0o644), [folder('/', 0o755), folder('/tmp', 0o1777)]),
      0,
      [],
    ],
    [
      'is in such a folder and another user’s',
      pathTo(thing('/tmp/f', 0o644, { owner: BEA }), [folder('/', 0o755), folder('/tmp', 0o1777)]),
      0,
      ['everybody: replace /tmp: keep it in a folder that only root can write into', 'the user bea, whose it is,: write /tmp/f: chown root /tmp/f'],
    ],
    [
      'is below a folder of another user',
      pathTo(thing('/home/bea/f', 0o644), [folder('/', 0o755), folder('/home', 0o755), folder('/home/bea', 0o755, BEA)]),
      0,
      ['the user bea, whose it is,: replace /home/bea: keep it in a folder that only root can write into'],
    ],
    ['is open, in a folder that is closed', pathTo(thing('/vault/f', 0o666), [folder('/', 0o755), folder('/vault', 0o700)]), 0, []],
    [
      'is open to a group, in a folder that is open to the same group',
      pathTo(thing('/srv/f', 0o660, { group: [ROOT, ADA] }), [folder('/', 0o755), folder('/srv', 0o710, ROOT, [ROOT, ADA])]),
      0,
      ['the group root (ada): write /srv/f: chmod g-w /srv/f'],
    ],
  ])('%s', (_what, rights, uid, expected) => {
    expect(told(rights, uid)).toEqual(expected);
  });

  it('is not there yet: whoever can write into its folder can be the first', () => {
    const rights = { path: '/tmp/f', folders: [folder('/', 0o755), folder('/tmp', 0o1777)], target: undefined };
    expect(told(rights, 0)).toEqual(['everybody: make /tmp: keep it in a folder that only root can write into']);
    expect(told({ ...rights, folders: WAY }, 0)).toEqual([]);
  });
});

describe('a folder whose content counts', () => {
  it('is open to everybody although each can remove only his own', () => {
    expect(told(pathTo(folder('/etc/plugins', 0o1777), WAY), 0)).toEqual(['everybody: write /etc/plugins: chmod go-w /etc/plugins']);
  });
});

describe('a secret file', () => {
  it.each<[string, PathRights, number, string | undefined]>([
    ['is its user’s alone', pathTo(thing('/etc/k', 0o600), WAY), 0, undefined],
    ['can be read by everybody', pathTo(thing('/etc/k', 0o644), WAY), 0, 'everybody'],
    [
      'can be read by everybody who comes so far, and nobody does',
      pathTo(thing('/vault/k', 0o644), [folder('/', 0o755), folder('/vault', 0o700)]),
      0,
      undefined,
    ],
    ['can be read by a group', pathTo(thing('/etc/k', 0o640, { group: [ROOT, BEA] }), WAY), 0, 'the group root (bea)'],
    ['can be read by a group of its user alone', pathTo(thing('/etc/k', 0o640, { owner: ADA }), WAY), ADA.uid, undefined],
  ])('%s', (_what, rights, uid, expected) => {
    const readers = readersOf(rights, new Set([uid]));
    expect(readers && nameOfStrangers(readers)).toBe(expected);
  });

  it('that is not there is read by nobody', () => {
    expect(readersOf({ path: '/etc/k', folders: WAY, target: undefined }, new Set())).toBeUndefined();
  });
});
