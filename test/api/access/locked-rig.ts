import { Agent, request } from 'node:http';
import { onTestFinished } from 'vitest';
import type { KeyInfo, NewKey } from '../../../src/access/accounts.ts';
import type { Accounts, KeyBook, UserBook } from '../../../src/access/book.ts';
import { ADMIN, NOTHING } from '../../../src/access/permissions.ts';
import type { WebhookBook } from '../../../src/api/webhooks.ts';
import type { WebhookInfo } from '../../../src/protocol/webhook.ts';
import { RecordedNode } from '../../support/recorded-node.ts';
import { openAccounts } from '../../support/test-accounts.ts';
import { openApi, type TestApi } from '../../support/test-api.ts';
import { MAY, makeKeys, makeUsers, STRANGERS, type Word } from './key-kinds.ts';

/** An API that asks for keys, in front of a node, webhooks, keys and users that do nothing but note what they are asked to change or to tell. */
export class LockedRig {
  readonly api: TestApi;
  readonly secrets: ReadonlyMap<string, string | undefined>;
  /** Ids of keys that are somebody else's, and an admin's. */
  readonly others: { readonly another: string; readonly admins: string };
  readonly #recorded: RecordedNode;
  readonly #accounts: Accounts;
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(api: TestApi, recorded: RecordedNode, parts: Pick<LockedRig, 'secrets' | 'others'> & { readonly accounts: Accounts }) {
    this.api = api;
    this.#recorded = recorded;
    this.secrets = parts.secrets;
    this.others = parts.others;
    this.#accounts = parts.accounts;
    onTestFinished(() => this.#agent.destroy());
  }

  /** @param hasUsers with ada and chief; they take their time */
  static async open(hasUsers = false): Promise<LockedRig> {
    const { accounts } = openAccounts();
    const secrets = makeKeys(accounts);
    for (const [kind, secret] of hasUsers ? await makeUsers(accounts) : []) {
      secrets.set(kind, secret);
    }
    accounts.keys.create({ permissions: NOTHING, label: 'someone' });
    accounts.keys.create({ permissions: ADMIN, label: 'the boss' });
    const idOf = (label: string): string => accounts.keys.all.find((key) => key.label === label)?.id ?? '';
    const recorded = new RecordedNode();
    const api = await openApi(
      {
        accounts: recordingAccounts(accounts, (call) => recorded.note(call)),
        webhooks: recordingHooks((call) => recorded.note(call)),
        allowedHosts: '*',
        allowedOrigins: '*',
      },
      () => recorded.node,
    );
    recorded.taken();
    return new LockedRig(api, recorded, { accounts, secrets, others: { another: idOf('someone'), admins: idOf('the boss') } });
  }

  /** Every kind of key, and that of strangers. */
  get kinds(): readonly string[] {
    return [...this.secrets.keys()];
  }

  /** The id of the key of a kind. */
  idOf(kind: string): string {
    return this.#accounts.keys.holderOf(this.secrets.get(kind) ?? '')?.keyId ?? 'key-000000000000';
  }

  /** What the node was asked since the last time that this was called, besides whose a process is. */
  asked(): readonly string[] {
    return this.#recorded.taken().filter((call) => call !== 'processInfo');
  }

  /** Asks with the key of a kind; of what goes on only the head is read. */
  ask(kind: string, method: string, path: string, body?: object | string): Promise<{ readonly status: number; readonly json: unknown }> {
    const secret = this.secrets.get(kind);
    const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const headers = {
      ...(secret !== undefined && { 'x-api-key': secret }),
      ...(sent !== undefined && { 'content-length': Buffer.byteLength(sent) }),
      ...(path === '/auth' && { authorization: `Basic ${Buffer.from('ada:correct horse battery').toString('base64')}` }),
    };
    return new Promise((resolve, reject) => {
      const asked = request({ port: this.api.port, host: '127.0.0.1', method, path, headers, agent: this.#agent }, (answer) => {
        const { statusCode: status = 0 } = answer;
        if (status === 200 && answer.headers['content-length'] === undefined) {
          resolve({ status, json: undefined });
          answer.destroy(); // it goes on
          return;
        }
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve({ status, json: parse(Buffer.concat(chunks).toString()) }));
      });
      asked.on('error', reject);
      asked.end(sent);
    });
  }
}

/** With which status somebody is refused; undefined when he is not. */
export function refusedWith(kind: string, word: Word): 401 | 403 | undefined {
  if (word === 'public') {
    return undefined;
  }
  const stranger = (STRANGERS as Readonly<Record<string, 401 | 403>>)[kind];
  if (stranger !== undefined) {
    return stranger;
  }
  return word === 'key: own' || MAY[kind]?.includes(word) === true ? undefined : 403;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function recordingAccounts(accounts: Accounts, note: (call: string) => void): Accounts {
  const { keys, users } = accounts;
  const noted =
    <Value>(call: string, value: Value) =>
    (): Value => {
      note(call);
      return value;
    };
  const later = (call: string): (() => Promise<void>) => noted(call, Promise.resolve());
  const info: KeyInfo = { id: 'key-0123456789ab', label: undefined, permissions: NOTHING, parent: undefined };
  const made: NewKey = { info, secret: 'a-secret-that-nobody-has' };
  return {
    get isRequired() {
      return accounts.isRequired;
    },
    isValid: (id) => accounts.isValid(id),
    onChange: (listener) => accounts.onChange(listener),
    keys: changed<KeyBook>(keys, { create: noted('keys.create', made), delete: noted('keys.delete', 1) }),
    users: changed<UserBook>(users, {
      create: later('users.create'),
      replace: later('users.replace'),
      setPassword: later('users.setPassword'),
      setKey: noted('users.setKey', undefined),
      delete: noted('users.delete', undefined),
      login: noted('users.login', Promise.resolve(made)),
    }),
  };
}

/** Something some methods of which are others. */
function changed<Whole extends object>(whole: Whole, own: Partial<Whole>): Whole {
  return new Proxy(whole, {
    get: (target, name) => {
      const value: unknown = own[name as keyof Whole] ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function recordingHooks(note: (call: string) => void): WebhookBook {
  const noted =
    <Value>(call: string, value: Value) =>
    (): Value => {
      note(call);
      return value;
    };
  return {
    list: noted('webhooks.list', []),
    find: noted('webhooks.find', {} as WebhookInfo),
    add: noted('webhooks.add', '1'),
    remove: noted('webhooks.remove', undefined),
    test: noted('webhooks.test', undefined),
  };
}
