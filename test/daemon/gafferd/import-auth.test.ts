import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { askAt } from '../../support/gafferd.ts';
import { test } from '../../support/machine.ts';
import { writeOriginal } from '../../support/original-accounts.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const ADMIN = 'fedcba9876543210fedcba9876543210';

describe('gafferd --import-auth', () => {
  test('takes over users and keys, and the original’s clients go on', async ({ machine }) => {
    writeOriginal(machine.root, {
      keys: [
        [ADMIN, { permissions: { admin: true }, label: 'admin key' }, null],
        [KEY, { permissions: { read: ['shop'] } }, null],
      ],
      users: [['me', 'pass', 0, ADMIN, { mail: 'a@b' }]],
    });
    const first = await machine.run(['--import-auth', '.'], { bind: [] });
    expect(first).toMatchObject({ code: 0, stdout: '2 keys and 1 user taken over, 0 there already, 0 left out\n', stderr: '' });
    expect((await machine.run(['--list-admins'], { bind: [] })).stdout).toMatch(/^me - key-[0-9a-f]{12}\n$/);
    const daemon = await machine.start(['--require-key']);
    const [url = ''] = daemon.urls;
    expect((await askAt(url, 'GET', '/jobs', undefined, { 'x-api-key': ADMIN })).status).toBe(200);
    expect((await askAt(url, 'GET', '/jobs', undefined, { 'x-api-key': KEY })).status).toBe(403);
    expect((await askAt(url, 'GET', '/auth', undefined, { authorization: `Basic ${btoa('me:pass')}` })).status).toBe(200);
    const again = await machine.run(['--import-auth', machine.root], { bind: [] });
    expect(again).toMatchObject({
      code: 0,
      stdout: [
        'the key "admin key" in row 1 is there already, and stays as it is',
        'the key in row 2 is there already, and stays as it is',
        'the user "me" is there already, and stays as it is',
        '0 keys and 0 users taken over, 3 there already, 0 left out\n',
      ].join('\n'),
    });
  });

  test('names what it leaves out, takes over the rest, and ends with 1', async ({ machine }) => {
    machine.configure('[auth]', 'auth_dbname = none.db');
    writeOriginal(machine.root, { keys: [[KEY, 'no JSON', null]], users: [['me', 'pass', 0, null, {}]] });
    const { code, stdout, stderr } = await machine.run(['--import-auth', '.'], { bind: [] });
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '0 keys and 0 users taken over, 0 there already, 1 left out\n',
      stderr: [
        `gafferd: ${join(machine.root, 'none.db')} is not there: nothing is taken over from it`,
        'gafferd: left out: the key in row 1: data: expected an object in JSON\n',
      ].join('\n'),
    });
  });

  test('says what it expected where there is nothing', async ({ machine }) => {
    const { code, stderr } = await machine.run(['--import-auth', '/'], { bind: [] });
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'gafferd: expected auth.db or keys.db of the original gafferd in /, found neither\n' });
    writeFileSync(join(machine.root, 'auth.db'), 'no database at all, but more than sixteen bytes of something else');
    const damaged = await machine.run(['--import-auth', '.'], { bind: [] });
    expect([damaged.code, damaged.stdout]).toEqual([1, '']);
    expect(damaged.stderr).toMatch(/^gafferd: cannot read .*auth\.db as the original gafferd has written it: .*\n$/);
  });
});

describe('gafferd', () => {
  const HINT = /are users and keys of the original gafferd: gafferd --import-auth \S+ takes them over\n/;

  test('says where users and keys are that could be taken over, as long as it has none', async ({ machine }) => {
    writeOriginal(machine.root, { users: [['me', 'pass', 0, null, {}]] });
    const daemon = await machine.start();
    await daemon.stderr.until(HINT);
    await daemon.end('SIGTERM');
    await machine.run(['--import-auth', '.'], { bind: [] });
    const second = await machine.start();
    expect((await second.end('SIGTERM')).stderr).not.toMatch(HINT);
  });
});
