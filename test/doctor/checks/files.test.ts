import { describe, expect, it } from 'vitest';
import type { PathRights } from '../../../src/daemon/trust/file-rights.ts';
import { checkConfigFile, checkFindings } from '../../../src/doctor/checks/config-files.ts';
import { checkPlaces, checkPrograms, type PlaceFacts } from '../../../src/doctor/checks/places.ts';
import { checkPlugins } from '../../../src/doctor/checks/plugins.ts';
import { checkState } from '../../../src/doctor/checks/state.ts';
import { checkUser, type UserFacts } from '../../../src/doctor/checks/user.ts';
import { ADA, BEA, pathTo, ROOT, type ThingOptions, thing } from '../../support/rights.ts';
import { told } from './told.ts';

const OWNER = { uid: ADA.uid };

const file = (path: string, mode: number, options: ThingOptions = {}): PathRights => pathTo(thing(path, mode, { owner: ADA, ...options }));
const folder = (path: string, mode: number, options: ThingOptions = {}): PathRights => file(path, mode, { kind: 'folder', ...options });
const missing = (path: string, mode = 0o755): PathRights => ({ path, folders: [thing('/', mode, { kind: 'folder' })], target: undefined });
const unseen = (path: string): PathRights => ({ ...missing(path), problem: 'EACCES: permission denied' });

describe('a configuration', () => {
  it.each([
    ['of no file', [], [], 0, ['ok config']],
    ['with an error', [{ file: '/a.ini', line: 2, level: 'error' as const, message: 'bad' }], ['/a.ini'], 0, ['problem config-error']],
    ['with a doubt', [{ file: '/a.ini', level: 'warning' as const, message: 'odd' }], ['/a.ini'], 2, ['warning config-doubt', 'ok config']],
  ])('%s', (_what, findings, files, jobs, expected) => {
    expect(told(checkFindings(findings, files, jobs))).toEqual(expected);
  });

  const secrets = [{ line: 4, name: '[env:web] PASSWORD' }];

  it.each<[string, PathRights, typeof secrets, readonly string[]]>([
    ['that all can read, with nothing secret in it', file('/a.ini', 0o644), [], []],
    ['that all can read, with a password in it', file('/a.ini', 0o644), secrets, ['problem config-readable']],
    ['that a group can read, with a password in it', file('/a.ini', 0o640, { group: [ADA, BEA] }), secrets, ['warning config-readable']],
    ['that one can read, with a password in it', file('/a.ini', 0o600), secrets, []],
    ['that all can write', file('/a.ini', 0o646), [], ['problem config-writable']],
    ['that a group can write', file('/a.ini', 0o664, { group: [ADA, BEA] }), [], ['warning config-writable']],
    ['of another user', file('/a.ini', 0o644, { owner: BEA }), [], ['problem config-writable']],
    ['that can’t be looked at', unseen('/a.ini'), [], ['advice config-unseen']],
  ])('%s', (_what, rights, names, expected) => {
    expect(told(checkConfigFile({ rights, secrets: names }, OWNER))).toEqual(expected);
  });
});

describe('the state', () => {
  const closed = folder('/state', 0o700);

  it.each<[string, Parameters<typeof checkState>[0], readonly string[]]>([
    ['is not there yet', { folder: missing('/state'), files: [] }, ['ok state']],
    ['is not there yet, and others can make it', { folder: missing('/state', 0o1777), files: [] }, ['problem state-writable']],
    ['is gafferd’s alone', { folder: closed, files: [file('/state/state.db', 0o600)] }, ['ok state']],
    ['can be read', { folder: folder('/state', 0o755), files: [] }, ['problem state-readable']],
    ['can be written', { folder: folder('/state', 0o777), files: [] }, ['problem state-writable', 'problem state-readable']],
    ['is another user’s', { folder: folder('/state', 0o700, { owner: BEA }), files: [] }, ['problem state-writable']],
    ['has an open file', { folder: closed, files: [file('/state/state.db', 0o644)] }, ['warning state-file']],
    ['has a broken file', { folder: closed, files: [file('/state/state.db.broken-2026', 0o600)] }, ['advice state-broken', 'ok state']],
    ['can’t be looked at', { folder: unseen('/state'), files: [] }, ['advice state-unseen']],
  ])('%s', (_what, facts, expected) => {
    expect(told(checkState(facts, OWNER))).toEqual(expected);
  });
});

describe('plugins', () => {
  const many = Array.from({ length: 8 }, (_, index) => file(`/plugins/${index}`, 0o666));

  it.each<[string, Parameters<typeof checkPlugins>[0], readonly string[]]>([
    ['are none', { folder: missing('/plugins', 0o1777), content: [], isCut: false }, []],
    ['are safe', { folder: folder('/plugins', 0o755), content: [file('/plugins/a', 0o644)], isCut: false }, ['ok plugins']],
    ['are root’s', { folder: folder('/plugins', 0o755, { owner: ROOT }), content: [], isCut: false }, ['ok plugins']],
    ['can be added by everybody', { folder: folder('/plugins', 0o777), content: many, isCut: false }, ['problem plugins-writable']],
    [
      'can be added by everybody, who can remove only his own',
      { folder: folder('/plugins', 0o1777), content: [], isCut: false },
      ['problem plugins-writable'],
    ],
    [
      'can be added by a group',
      { folder: folder('/plugins', 0o775, { group: [ADA, BEA] }), content: [], isCut: false },
      ['warning plugins-writable'],
    ],
    [
      'have one that everybody can change',
      { folder: folder('/plugins', 0o755), content: [file('/plugins/a', 0o646)], isCut: false },
      ['problem plugins-writable'],
    ],
    [
      'have many that everybody can change',
      { folder: folder('/plugins', 0o755), content: many, isCut: true },
      [...Array.from({ length: 5 }, () => 'problem plugins-writable'), 'warning plugins-more', 'advice plugins-cut'],
    ],
  ])('%s', (_what, facts, expected) => {
    expect(told(checkPlugins(facts, OWNER))).toEqual(expected);
  });
});

describe('files that gafferd writes, and sockets', () => {
  const none: PlaceFacts = { log: undefined, pidfile: undefined, sockets: [], asksForKeys: false };
  const socket = (mode: number, options: ThingOptions = {}): PathRights => file('/g.sock', mode, { kind: 'socket', ...options });

  it.each<[string, Partial<PlaceFacts>, readonly string[]]>([
    ['are none', {}, []],
    ['are safe', { log: file('/log', 0o644), pidfile: missing('/pid'), sockets: [socket(0o600)] }, []],
    ['have a log that others can write', { log: file('/log', 0o666) }, ['problem log-writable']],
    ['have a pidfile where others can make one', { pidfile: missing('/pid', 0o1777) }, ['problem pidfile-writable']],
    ['have a socket that others can connect to', { sockets: [socket(0o666)] }, ['problem socket-writable']],
    ['have a socket for a group', { sockets: [socket(0o660, { group: [ADA, BEA] })] }, ['warning socket-writable']],
    ['have a socket that others can connect to, with a key', { sockets: [socket(0o666)], asksForKeys: true }, []],
    [
      'have a socket of somebody else, who hears keys',
      { sockets: [socket(0o666, { owner: BEA })], asksForKeys: true },
      ['problem socket-writable', 'problem socket-writable'],
    ],
    ['have a socket where others can make theirs', { sockets: [missing('/g.sock', 0o777)], asksForKeys: true }, ['problem socket-writable']],
  ])('%s', (_what, facts, expected) => {
    expect(told(checkPlaces({ ...none, ...facts }, OWNER))).toEqual(expected);
  });
});

describe('programs of gaffer', () => {
  it.each([
    [0o755, []],
    [0o757, ['problem program-writable']],
  ])('with the mode %o', (mode, expected) => {
    expect(told(checkPrograms([file('/gaffer.js', mode)], OWNER))).toEqual(expected);
  });
});

describe('what gaffer keeps for a user', () => {
  const calm: UserFacts = {
    config: missing('/gaffer.ini'),
    keys: 0,
    configTrouble: undefined,
    runtimeDir: undefined,
    fallback: missing('/tmp-gaffer'),
    keyInWords: false,
  };

  it.each<[string, Partial<UserFacts>, readonly string[]]>([
    ['is nothing', {}, []],
    ['is a key that others can read', { config: file('/gaffer.ini', 0o644), keys: 1 }, ['problem user-config-readable']],
    ['is a key of one’s own', { config: file('/gaffer.ini', 0o600), keys: 2 }, ['ok user-config']],
    ['is a file without keys, that others can read', { config: file('/gaffer.ini', 0o644) }, ['ok user-config']],
    ['is a file that others can write', { config: file('/gaffer.ini', 0o606) }, ['problem user-config-writable']],
    ['is a file that can’t be read', { config: file('/gaffer.ini', 0o600), configTrouble: '/gaffer.ini:1: bad' }, ['problem user-config']],
    ['is a folder of sessions', { runtimeDir: folder('/run', 0o700) }, []],
    ['is a folder of sessions that others can write into', { runtimeDir: folder('/run', 0o777) }, ['problem run-folder-writable']],
    ['is not the folder of another user', { runtimeDir: folder('/run', 0o700, { owner: BEA }) }, ['advice runtime-dir']],
    ['is a folder that somebody else has taken', { fallback: folder('/tmp-gaffer', 0o700, { owner: BEA }) }, ['problem run-folder']],
    ['is a key that everybody sees', { keyInWords: true }, ['advice key-in-words']],
  ])('%s', (_what, facts, expected) => {
    expect(told(checkUser({ ...calm, ...facts }, OWNER))).toEqual(expected);
  });
});
