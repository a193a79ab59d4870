import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ADMIN } from '../../src/access/permissions.ts';
import { hasState, openSharedAccounts, type SharedAccounts } from '../../src/daemon/shared-accounts.ts';
import { claimState } from '../../src/daemon/state-claim.ts';
import { Store } from '../../src/daemon/store.ts';
import { failure, openAccounts, tamper, temporaryFolder, userRequest } from './accounts/rig.ts';

const problems: string[] = [];

function open(folder: string): SharedAccounts {
  const shared = openSharedAccounts(folder, { onProblem: (message) => problems.push(message) });
  onTestFinished(() => shared.close());
  return shared;
}

/** Lets a folder be a gafferd's that runs. */
function claim(folder: string): void {
  const run = claimState(folder, { runId: 'a-gafferd' });
  onTestFinished(() => run.close());
}

describe('keys and users that are opened beside gafferd', () => {
  it('are made where nothing is, for this user alone', () => {
    const folder = join(temporaryFolder(), 'a/state');
    expect(hasState(folder)).toBe(false);
    expect(() => hasState(import.meta.filename)).toThrow(/it is no folder; choose another folder with --state-dir$/);
    const { accounts } = open(folder);
    expect([accounts.keys.all, accounts.users.all]).toEqual([[], []]);
    expect(hasState(folder)).toBe(true);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'state.db')).mode & 0o777).toBe(0o600);
    expect(existsSync(join(folder, 'run'))).toBe(false);
  });

  it('are the ones of a gafferd that runs, and both go on', async () => {
    const { folder, keys, users } = openAccounts();
    claim(folder);
    const shared = open(folder);
    const { secret } = await shared.accounts.users.createWithKey('me', userRequest({ type: 0 }), { permissions: ADMIN, label: 'admin key' });
    expect(keys.holderOf(secret)?.chain).toEqual([ADMIN]);
    expect(users.get('me')).toMatchObject({ type: 0, keyId: keys.get(secret).id });
    await users.create('you', userRequest());
    expect(shared.accounts.users.get('you').type).toBe(1);
    shared.close();
    await users.create('others', userRequest());
    expect(open(folder).accounts.users.all.map(({ name }) => name)).toEqual(['me', 'you', 'others']);
  });

  it('are brought up to date where nobody runs, and refused where another version does', () => {
    const folder = temporaryFolder();
    Store.open(folder, { onProblem: () => expect.unreachable() }).close();
    tamper(join(folder, 'state.db'), 'DROP TABLE keys; DROP TABLE users; PRAGMA user_version = 2');
    const run = claimState(folder, { runId: 'a-gafferd' });
    const before = readFileSync(join(folder, 'state.db'));
    expect(failure(() => open(folder))).toEqual({
      code: 'already_running',
      message: `the gafferd that runs with ${folder} is of another version, or is just starting: start it anew, or try again`,
    });
    expect(readFileSync(join(folder, 'state.db'))).toEqual(before);
    run.close();
    expect(open(folder).accounts.keys.all).toEqual([]);
  });

  it('are not made beside a gafferd that is just starting', () => {
    const folder = temporaryFolder();
    claim(folder);
    expect(failure(() => open(folder)).code).toBe('already_running');
    expect(hasState(folder)).toBe(false);
  });

  it('in a damaged file are begun anew as gafferd would, which is said', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'state.db'), 'no database');
    problems.length = 0;
    expect(open(folder).accounts.keys.all).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('it is kept as')]);
  });
});
