import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Database } from '../../src/daemon/database.ts';
import { Store } from '../../src/daemon/store.ts';
import type { StoredWebhook } from '../../src/daemon/webhook-store.ts';

let folder: string;
let file: string;
let problems: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
  file = join(folder, 'state.db');
  problems = [];
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

function open(): Store {
  const store = Store.open(folder, { onProblem: (message) => problems.push(message) });
  onTestFinished(() => store.close());
  return store;
}

/** Changes the file as no gafferd would. */
function tamper(sql: string): void {
  const database = new Database(file);
  database.execute(sql);
  database.close();
}

const hook = (id: string, more: Partial<StoredWebhook> = {}): StoredWebhook => ({
  id,
  event: 'spawn',
  url: `http://hooks.example/${id}`,
  secret: undefined,
  ...more,
});

describe('the webhooks of a store', () => {
  it('are there when it is opened again, in the order in which they came', () => {
    const hooks = [
      hook('z', { secret: 'ü\' "--' }),
      hook('a', { event: 'job.Shop.wéb.exit' }),
      hook('m', { event: '.', url: 'https://me:pw@host/?a=%20b' }),
    ];
    const store = open();
    for (const one of hooks) {
      store.webhooks.add(one);
    }
    expect(store.webhooks.all()).toEqual(hooks);
    store.close();
    expect(open().webhooks.all()).toEqual(hooks);
    expect(problems).toEqual([]);
  });

  it('can be deleted one by one', () => {
    const { webhooks } = open();
    webhooks.add(hook('a'));
    webhooks.add(hook('b'));
    webhooks.delete('a');
    webhooks.delete('nobody');
    expect(webhooks.all()).toEqual([hook('b')]);
  });

  it('have an id of their own each, and no other with the same event and address', () => {
    const { webhooks } = open();
    webhooks.add(hook('a'));
    for (const twin of [hook('a', { event: 'exit' }), hook('b', { url: hook('a').url })]) {
      expect(() => webhooks.add(twin)).toThrow(expect.objectContaining({ code: 'io_failed' }) as Error);
    }
    expect(webhooks.all()).toEqual([hook('a')]);
  });

  it.each([
    ["event = 'spwan'", 'expected the name of an event'],
    ["url = 'ftp://x'", 'expected an address that starts with http'],
    ["url = CAST(X'FF' AS TEXT)", 'expected an address that starts with http'],
  ])('that cannot be read are told of and left out, and stay: %s', (change, fault) => {
    const before = open();
    before.webhooks.add(hook('a'));
    before.webhooks.add(hook('b'));
    before.close();
    tamper(`UPDATE webhooks SET ${change} WHERE id = 'a'`);
    const store = open();
    expect(store.webhooks.all()).toEqual([hook('b')]);
    expect(problems).toEqual([expect.stringContaining(`the webhook a in ${file} is left out: ${fault}`)]);
    store.webhooks.delete('a');
    expect(store.webhooks.all()).toEqual([hook('b')]);
    expect(problems).toHaveLength(1);
  });
});

/** The state file of the gafferd before webhooks, with a job in it. */
const FIRST_VERSION = `
  PRAGMA application_id = 1195460166;
  CREATE TABLE jobs (
    id INTEGER PRIMARY KEY, session TEXT NOT NULL, name TEXT NOT NULL, config TEXT NOT NULL, target INTEGER, stopped INTEGER NOT NULL,
    UNIQUE (session, name)
  ) STRICT;
  INSERT INTO jobs (session, name, config, target, stopped) VALUES ('shop', 'web', '{"name":"web","cmd":"run"}', 3, 1);
  PRAGMA user_version = 1`;

describe('a file of the version before', () => {
  it('goes on with its jobs, and takes webhooks', () => {
    tamper(FIRST_VERSION);
    const store = open();
    const job = { session: 'shop', name: 'web', config: { name: 'web', cmd: 'run' }, target: 3, stopped: true };
    expect([store.jobs(), store.webhooks.all(), problems]).toEqual([[job], [], []]);
    store.webhooks.add(hook('a'));
    store.close();
    const again = open();
    expect([again.jobs(), again.webhooks.all(), problems]).toEqual([[job], [hook('a')], []]);
  });

  it('whose table of webhooks is another is put aside', () => {
    tamper(`${FIRST_VERSION}; CREATE TABLE webhooks (id); PRAGMA user_version = 2`);
    expect(open().webhooks.all()).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(/is damaged \(no such column: .*begun without what was in it: jobs, webhooks, users and keys$/)]);
  });
});
