import { join } from 'node:path';
import { expect } from 'vitest';
import { parsePermissionWords } from '../../src/access/permission-words.ts';
import { ADMIN } from '../../src/access/permissions.ts';
import { type MadeKey, RemoteAccounts } from '../../src/client/accounts.ts';
import { NodeAccounts } from '../../src/daemon/accounts/accounts.ts';
import { Store } from '../../src/daemon/store.ts';
import { Gafferd } from './gafferd.ts';
import type { Program, ProgramResult } from './program.ts';
import { test as projectTest, type TestProject } from './project.ts';
import type { Terminal } from './terminal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The password of the admin `root`. */
export const PASSWORD = 'correct horse battery';

/** Makes a user who may do everything, as gafferd --create-admin-user does, and tells the secret of the key. */
async function makeAdmin(state: string, name: string): Promise<string> {
  const store = Store.open(state, { onProblem: (message) => expect.fail(message) });
  const { keys, users } = new NodeAccounts(store.accounts);
  const { info, secret } = keys.create({ permissions: ADMIN, label: 'admin key' });
  await users.create(name, { password: PASSWORD, type: 0, key: info.id, extra: {} });
  store.close();
  return secret;
}

/** A gafferd that asks for keys, with an admin, and gaffer as users start it. */
export class LockedNode {
  readonly daemon: Gafferd;
  readonly project: TestProject;
  /** The secret of the admin's key. */
  readonly admin: string;
  readonly accounts: RemoteAccounts;

  /** Makes the admin and starts it. */
  static async start(project: TestProject, admin: string): Promise<LockedNode> {
    const state = join(project.root, 'state');
    const secret = await makeAdmin(state, admin);
    const daemon = new Gafferd(['--state-dir', state, '--require-key', '--bind', '127.0.0.1:0'], { cwd: project.root, env: project.env() });
    await daemon.ready();
    return new LockedNode(project, daemon, secret);
  }

  private constructor(project: TestProject, daemon: Gafferd, admin: string) {
    this.project = project;
    this.daemon = daemon;
    this.admin = admin;
    this.accounts = new RemoteAccounts({ endpoint: this.endpoint, apiKey: admin });
  }

  get endpoint(): string {
    return this.daemon.urls[0] ?? '';
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

  /** Runs gaffer to its end. @param key the secret that it sends */
  async run(args: readonly string[], { key, input, env }: RunOptions = {}): Promise<ProgramResult> {
    return await this.spawn(args, { key, env, ...(input !== undefined && { input }) }).result();
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
    await this.daemon.end('SIGTERM');
  }
}

interface RunOptions {
  readonly key?: string | undefined;
  readonly input?: string;
  readonly env?: Environment | undefined;
}

/** A test with a gafferd that asks for keys. */
export const test = projectTest.extend<{ admin: string; node: LockedNode }>({
  /** The name of its admin. */
  admin: 'root',
  node: async ({ project, admin }, use) => {
    const node = await LockedNode.start(project, admin);
    await use(node);
    await node.stop();
  },
});
