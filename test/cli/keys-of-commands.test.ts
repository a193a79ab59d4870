import { describe, expect } from 'vitest';
import type { MadeKey } from '../../src/client/accounts.ts';
import { type LockedNode, test } from '../support/locked-node.ts';

/** Keys of the table, and what they may do. */
const KEYS = {
  manager: ['shop+m'],
  writer: ['shop+w'],
  reader: ['shop+r'],
  webManager: ['shop.web+m'],
  webReader: ['shop.web+r'],
  stranger: ['blog+m'],
};

type KeyName = keyof typeof KEYS;

/** What each key is told: `ok`, or what it would have to be allowed. */
type Row = readonly [command: string, ...cells: string[]];

const NAMES = Object.keys(KEYS) as KeyName[];

/** Of a process that is asked about by its pid the job is not named: it may be a stranger's. */
const [MANAGE, WRITE] = ['manage the job of that process', 'write the job of that process'];

const TYPO = '1: gaffer: job \'wbe\' not found; did you mean "web"?\n';
const TYPO2 = '1: gaffer: process \'wbe.2\' not found; did you mean "web.2"?\n';
const MISSING = "1: gaffer: 'extra' not found in 'shop' (there are web, worker)\n";

/** In the order of the keys above. */
const TABLE: readonly Row[] = [
  ['ps', 'ok', 'ok', 'ok', 'read shop', 'read shop', 'read shop'],
  ['ps --json', 'ok', 'ok', 'ok', 'read shop', 'read shop', 'read shop'],
  ['ps:info web', 'ok', 'ok', 'ok', 'ok', 'ok', 'read shop.web'],
  ['ps:info web.1', 'ok', 'ok', 'ok', 'ok', 'ok', 'read shop.web'],
  ['ps:info shop.worker', 'ok', 'ok', 'ok', 'read shop.worker', 'read shop.worker', 'read shop.worker'],
  ['logs', 'ok', 'ok', 'ok', 'read shop', 'read shop', 'read shop'],
  ['logs web', 'ok', 'ok', 'ok', 'ok', 'ok', 'read shop.web'],
  ['logs web.1', 'ok', 'ok', 'ok', 'ok', 'ok', 'read shop.web'],
  ['scale', 'ok', 'ok', 'ok', 'read shop', 'read shop', 'read shop'],
  ['events --app shop -n 1 --no-follow', 'ok', 'ok', 'ok', 'read shop', 'read shop', 'read shop'],
  ['events -n 1 --no-follow', ...Array.from(NAMES, () => 'read everything (*)')],
  ['ps:info wbe', TYPO, TYPO, TYPO, 'read shop.wbe', 'read shop.wbe', 'read shop.wbe'],
  ['logs wbe.2', TYPO2, TYPO2, TYPO2, 'read shop.wbe', 'read shop.wbe', 'read shop.wbe'],
  ['restart blog.web', 'read blog.web', 'read blog.web', 'read blog.web', 'read blog.web', 'read blog.web', 'ok'],
  ['apps', ...Array.from(NAMES, () => 'manage everything (*)')],
  ['send worker hello', 'ok', 'ok', WRITE, 'read shop.worker', 'read shop.worker', 'read shop.worker'],
  ['send web.1 hello', 'ok', 'ok', WRITE, 'ok', WRITE, 'read shop.web'],
  ['scale web=2', 'ok', 'manage shop.web', 'manage shop.web', 'ok', 'manage shop.web', 'read shop.web'],
  ['kill web USR2', 'ok', 'manage shop.web', 'manage shop.web', 'ok', 'manage shop.web', 'read shop.web'],
  ['restart web.1', 'ok', MANAGE, MANAGE, 'ok', MANAGE, 'read shop.web'],
  ['restart web', 'ok', 'manage shop.web', 'manage shop.web', 'ok', 'manage shop.web', 'read shop.web'],
  ['reload web', 'ok', 'manage shop.web', 'manage shop.web', 'ok', 'manage shop.web', 'read shop.web'],
  ['stop worker.1', 'ok', MANAGE, MANAGE, 'read shop.worker', 'read shop.worker', 'read shop.worker'],
  ['stop web', 'ok', 'manage shop.web', 'manage shop.web', 'ok', 'manage shop.web', 'read shop.web'],
  ['ps:start web', 'ok', 'manage shop.web', 'manage shop.web', 'ok', 'manage shop.web', 'read shop.web'],
  ['commit web', 'ok', 'manage shop', 'manage shop', 'manage shop', 'manage shop', 'read shop.web'],
  ['restart', 'ok', 'manage shop', 'manage shop', 'read shop', 'read shop', 'read shop'],
  ['reload', 'ok', 'manage shop', 'manage shop', 'read shop', 'read shop', 'read shop'],
  ['stop', 'ok', 'manage shop', 'manage shop', 'read shop', 'read shop', 'read shop'],
  ['ps:start', 'ok', 'manage shop', 'manage shop', 'read shop', 'read shop', 'read shop'],
  ['load extra.json', 'ok', ...Array.from(NAMES.slice(1), () => 'manage shop')],
  ['unload extra', 'ok', MISSING, MISSING, 'read shop.extra', 'read shop.extra', 'read shop.extra'],
  ['unload', 'ok', 'manage shop', 'manage shop', 'read shop', 'read shop', 'read shop'],
  ['users', ...Array.from(NAMES, () => 'do everything (admin)')],
  ['keys', ...Array.from(NAMES, () => 'do everything (admin)')],
  ['key', ...Array.from(NAMES, () => 'ok')],
  ['key:create shop+r', ...Array.from(NAMES, () => 'make keys (create_key)')],
  ['key:delete key-000000000000', ...Array.from(NAMES, () => 'make keys (create_key)')],
  ['user:del ada', ...Array.from(NAMES, () => 'make users (create_user)')],
  ['export', ...Array.from(NAMES, () => 'ok')],
];

/** Of whom a key is told nearly the same as another: only what is not the same is tried with it. */
const LIKE: Readonly<Partial<Record<KeyName, KeyName>>> = { writer: 'reader', webReader: 'webManager' };

/** What is tried with a key; what is the same for all is tried once. */
function rowsFor(name: KeyName): readonly Row[] {
  if (name === 'manager') {
    return TABLE;
  }
  const [column, like] = [NAMES.indexOf(name), NAMES.indexOf(LIKE[name] ?? 'manager')];
  return TABLE.filter(
    ([command, ...cells]) => new Set(cells).size > 1 && (LIKE[name] === undefined || command === 'ps' || cells[column] !== cells[like]),
  );
}

async function load(node: LockedNode): Promise<void> {
  const job = { cmd: 'trap "" USR2; echo up; while read -r line; do echo $line; done', shell: true, os_env: true, redirect_input: true };
  const config = { ...job, redirect_output: ['out'], graceful_timeout: 0.2 };
  const jobs = ['shop.web', 'shop.worker', 'blog.web'].map((name) => ({ ...config, name }));
  node.project.write('jobs.json', JSON.stringify({ jobs }));
  node.project.write('extra.json', JSON.stringify({ ...config, name: 'extra' }));
  node.project.write('Procfile', 'web: true');
  expect(await node.run(['load', 'jobs.json'], { key: node.admin, env: { GAFFER_APP: undefined } })).toMatchObject({ code: 0, stderr: '' });
}

/** What a key was told, in the words of the table. */
async function told(node: LockedNode, command: string, { id, secret }: MadeKey): Promise<string> {
  const { code, stderr } = await node.run(command.split(' '), { key: secret, env: command.startsWith('events -n') ? { GAFFER_APP: undefined } : {} });
  const pattern = new RegExp(
    `^gaffer: (?:.* was not sent: )?Forbidden access\\. API key permissions aren't enough \\(expected a key that may (.*); ${id} may not\\); --api-key names another key, gaffer login gets one(?:; --app NAME shows those of one application)?\n$`,
  );
  const need = pattern.exec(stderr)?.[1];
  return need !== undefined && code === 1 ? need : code === 0 && stderr === '' ? 'ok' : `${code}: ${stderr}`;
}

describe('commands with a key that may not do everything', () => {
  test.for(NAMES.map((name) => [name] as const))('do what it allows, and say what is missing: %s', async ([name], { node }) => {
    await load(node);
    const key = await node.key(...KEYS[name]);
    const column = NAMES.indexOf(name) + 1;
    const seen: Record<string, string> = {};
    const rows = rowsFor(name);
    for (const [command] of rows) {
      seen[command] = await told(node, command, key);
    }
    expect(seen).toEqual(Object.fromEntries(rows.map((row) => [row[0], row[column]])));
  });

  test('work as before with one that may', async ({ node }) => {
    await load(node);
    for (const command of ['apps', 'events -n 1 --no-follow', 'ps', 'logs', 'users', 'keys', 'restart web', 'unload']) {
      expect([command, (await node.run(command.split(' '), { key: node.admin })).code]).toEqual([command, 0]);
    }
  });
});
