import { join } from 'node:path';
import { expect } from 'vitest';
import { parsePermissionWords } from '../../src/access/permission-words.ts';
import { ADMIN } from '../../src/access/permissions.ts';
import { type MadeKey, RemoteAccounts } from '../../src/client/accounts.ts';
import { NodeAccounts } from '../../src/daemon/accounts/accounts.ts';
import { hashPassword } from '../../src/daemon/accounts/password.ts';
import { Store } from '../../src/daemon/store.ts';
import { gafferHere } from './gaffer.ts';
import { Gafferd } from './gafferd.ts';
import type { Program, ProgramResult } from './program.ts';
import { test as projectTest, type TestProject } from './project.ts';
import type { Terminal } from './terminal.ts';
import { TestApi } from './test-api.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The password of the admin `root`. */
export const PASSWORD = 'correct horse battery';

/** Of {@link PASSWORD}; made once, for it is made to be dear. */
let passwordHash: Promise<string> | undefined;

/** Makes a user who may do everything, as gafferd --create-admin-user does, and tells the secret of the key. */
async function makeAdmin({ keys, users }: NodeAccounts, name: string): Promise<string> {
  const { info, secret } = keys.create({ permissions: ADMIN, label: 'admin key' });
  passwordHash ??= hashPassword(PASSWORD);
  users.add({ addKeys: [], addUsers: [{ name, password: await passwordHash, type: 0, keyId: info.id, extra: {} }] });
  return secret;
}

function openStore(project: TestProject): Store {
  return Store.open(join(project.root, 'state'), { onProblem: (message) => expect.fail(message) });
}

/** What asks for keys. */
interface KeyAsker {
  readonly endpoint: string;
  readonly stop: () => Promise<unknown>;
}

/** A node that asks for keys, with an admin, and gaffer as users start it. */
export class LockedNode {
  readonly project: TestProject;
  readonly endpoint: string;
  /** The secret of the admin's key. */
  readonly admin: string;
  readonly accounts: RemoteAccounts;
  readonly #asker: KeyAsker;

  /** Makes the admin, and a node in this process. */
  static async open(project: TestProject, admin: string): Promise<LockedNode> {
    const store = openStore(project);
    const accounts = new NodeAccounts(store.accounts);
    accounts.require(true);
    const secret = await makeAdmin(accounts, admin);
    const api = await TestApi.open({ accounts });
    const stop = async (): Promise<void> => {
      await api.close();
      store.close();
    };
    return new LockedNode(project, secret, { endpoint: `http://127.0.0.1:${api.port}`, stop });
  }

  /** Makes the admin, and starts gafferd. */
  static async start(project: TestProject, admin: string): Promise<{ readonly node: LockedNode; readonly daemon: Gafferd }> {
    const store = openStore(project);
    const secret = await makeAdmin(new NodeAccounts(store.accounts), admin);
    store.close();
    const state = join(project.root, 'state');
    const daemon = new Gafferd(['--state-dir', state, '--require-key', '--bind', '127.0.0.1:0'], { cwd: project.root, env: project.env() });
    await daemon.ready();
    const node = new LockedNode(project, secret, { endpoint: daemon.urls[0] ?? '', stop: () => daemon.end('SIGTERM') });
    return { node, daemon };
  }

  private constructor(project: TestProject, admin: string, asker: KeyAsker) {
    this.project = project;
    this.endpoint = asker.endpoint;
    this.admin = admin;
    this.accounts = new RemoteAccounts({ endpoint: this.endpoint, apiKey: admin });
    this.#asker = asker;
  }

  /** The user's configuration of all that is started here. */
  get config(): string {
    return join(this.project.root, 'home', 'gaffer.ini');
  }

  /** Makes a key that may do what words like `shop+r` say. */
  async key(...words: readonly string[]): Promise<MadeKey> {
    return await this.accounts.createKey({ permissions: parsePermissionWords(words) });
  }

  /** The environment of gaffer. */
  env(more: Environment = {}): Environment {
    return { GAFFER_ENDPOINT: this.endpoint, GAFFER_CONFIG: this.config, GAFFER_APP: 'shop', ...more };
  }

  /** Runs gaffer to its end, in this process. @param key the secret that it sends */
  async run(args: readonly string[], { key, input, env }: RunOptions = {}): Promise<ProgramResult> {
    return await gafferHere(args, {
      cwd: this.project.root,
      env: this.project.env(this.env({ GAFFER_API_KEY: key, ...env })),
      ...(input !== undefined && { input }),
    });
  }

  /** Starts gaffer. */
  spawn(args: readonly string[], { key, env, ...options }: RunOptions & { readonly keepsInput?: boolean } = {}): Program {
    return this.project.spawn(args, { ...options, env: this.env({ GAFFER_API_KEY: key, ...env }) });
  }

  /** Starts gaffer on a terminal. */
  terminal(args: readonly string[], { key, env }: Omit<RunOptions, 'input'> = {}): Terminal {
    return this.project.terminal(args, { env: this.env({ TERM: 'xterm', ...(key !== undefined && { GAFFER_API_KEY: key }), ...env }) });
  }

  async stop(): Promise<void> {
    this.accounts.close();
    await this.#asker.stop();
  }
}

interface RunOptions {
  readonly key?: string | undefined;
  readonly input?: string;
  readonly env?: Environment | undefined;
}

/** A test with a node that asks for keys. */
export const test = projectTest.extend<{ admin: string; node: LockedNode }>({
  /** The name of its admin. */
  admin: 'root',
  node: async ({ project, admin }, use) => {
    const node = await LockedNode.open(project, admin);
    await use(node);
    await node.stop();
  },
});
