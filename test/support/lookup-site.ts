import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import type { LookupEvent } from '../../src/protocol/lookup-event.ts';
import { askAt, type DaemonAnswer, type Gafferd } from './gafferd.ts';
import { LookupFollower } from './lookup-follower.ts';
import { GAFFER_LOOKUPD } from './lookupd-program.ts';
import { TestMachine } from './machine.ts';
import { TestNetwork } from './network.ts';
import { Program } from './program.ts';

/** Which lookupds each node registers with: what is told to one alone the other knows by etcd. */
const NODES = { node1: ['lookup1', 'lookup2'], node2: ['lookup1'], node3: ['lookup2'] } as const;

export type NodeName = keyof typeof NODES;
export type LookupName = 'lookup1' | 'lookup2';

const NODE_NAMES = Object.keys(NODES) as NodeName[];
const LOOKUP_NAMES: readonly LookupName[] = ['lookup1', 'lookup2'];

/** What runs where: internal pids by `node job`. */
export type Running = Readonly<Record<string, readonly number[]>>;

interface Overview {
  readonly jobs: readonly {
    readonly name: string;
    readonly processes: readonly { readonly pid: number; readonly os_pid: number; readonly create_time: number; readonly restarts: number }[];
  }[];
}

/** Three nodes, two lookupds and the etcd that they share, each at a machine of its own, with addresses at which they find each other. */
export class LookupSite {
  readonly network: TestNetwork;
  readonly beatMs: number;
  /** What each keeps, whatever becomes of its program. */
  readonly #machines = new Map<string, TestMachine>();
  readonly #daemons = new Map<string, Gafferd>();
  readonly #lookupds = new Map<string, Program>();
  readonly #followers = new Map<string, LookupFollower>();
  /** What was told and can't be. */
  readonly #strange: unknown[] = [];
  #etcd: ChildProcess | undefined;

  private constructor(beatMs: number) {
    this.beatMs = beatMs;
    this.network = new TestNetwork([...NODE_NAMES, ...LOOKUP_NAMES, 'etcd']);
  }

  /** Starts everything, and follows what both lookupds tell from the beginning. */
  static async open(beatMs: number): Promise<LookupSite> {
    const site = new LookupSite(beatMs);
    try {
      site.startEtcd();
      await Promise.all(LOOKUP_NAMES.map((name) => site.startLookupd(name)));
      await Promise.all(NODE_NAMES.map((name) => site.startNode(name)));
      return site;
    } catch (error) {
      await site.close();
      throw error;
    }
  }

  /** Ends everything, whatever state it is in. */
  async close(): Promise<void> {
    await Promise.all(['etcd', ...LOOKUP_NAMES].map((name) => this.kill(name as LookupName | 'etcd')));
    const closed = await Promise.allSettled([...this.#machines.values()].map((machine) => machine.close()));
    this.network.close();
    const failed = closed.find((one) => one.status === 'rejected');
    if (failed !== undefined) {
      throw failed.reason;
    }
  }

  /** Ends a program without a word; what it has kept stays, and so do the processes of a node. */
  async kill(name: NodeName | LookupName | 'etcd'): Promise<void> {
    if (name !== 'etcd') {
      await (this.#daemons.get(name) ?? this.#lookupds.get(name))?.end('SIGKILL');
      return;
    }
    const etcd = this.#etcd;
    this.#etcd = undefined;
    if (etcd !== undefined && etcd.exitCode === null) {
      etcd.kill('SIGKILL');
      await once(etcd, 'exit');
    }
  }

  /** Asks a node where it is: no network is between. */
  async ask(name: NodeName, method: string, path: string, body?: object): Promise<DaemonAnswer> {
    return await askAt(this.#socketOf(name), method, path, body);
  }

  /** What a lookupd has written into its log. */
  logOf(name: LookupName): Program['stderr'] {
    return this.#lookupd(name).stderr;
  }

  /** What a lookupd answers: the names of the nodes, and what runs where. */
  async answers(name: LookupName): Promise<{ readonly nodes: readonly string[]; readonly running: Running }> {
    const [nodes, jobs] = await Promise.all(['/nodes', '/jobs'].map((path) => askAt(this.#socketOf(name), 'GET', path)));
    const { nodes: known } = nodes?.json as { nodes: readonly { name: string | null }[] };
    const { jobs: located } = jobs?.json as { jobs: readonly { name: string; sources: readonly { name: string; pids: readonly number[] }[] }[] };
    return {
      nodes: known.map((node) => node.name ?? '?').toSorted(),
      running: sorted(located.flatMap(({ name: job, sources }) => sources.map((source) => [`${source.name} ${job}`, source.pids]))),
    };
  }

  /** What the nodes themselves say. */
  async truth(): Promise<Running> {
    const all = await Promise.all(
      NODE_NAMES.map(async (name) =>
        (await this.#overview(name)).jobs.map((job) => [`${name} ${job.name}`, job.processes.map(({ pid }) => pid)] as const),
      ),
    );
    return sorted(all.flat());
  }

  /** Which processes of the system they are, since when, and how often each was started anew. */
  async lives(job: string, nodes: readonly NodeName[] = NODE_NAMES): Promise<readonly unknown[]> {
    const all = await Promise.all(nodes.map(async (name) => (await this.#overview(name)).jobs.filter((one) => one.name === job)));
    return all.flat().flatMap(({ processes }) => processes.map(({ os_pid, create_time, restarts }) => ({ os_pid, create_time, restarts })));
  }

  /** Resolves with how many milliseconds it takes until both lookupds answer just what the nodes say. */
  async agreed(): Promise<number> {
    const sinceMs = performance.now();
    const running = await this.truth();
    for (const name of LOOKUP_NAMES) {
      await expect.poll(() => this.answers(name), { interval: 20, message: `what ${name} answers` }).toEqual({ nodes: NODE_NAMES, running });
    }
    return performance.now() - sinceMs;
  }

  /** What somebody knows who has only followed a lookupd since its first start. */
  followed(name: LookupName): Running {
    expect(this.#strange).toEqual([]);
    const nodes = [...(this.#followers.get(name)?.nodes ?? [])];
    return sorted(nodes.flatMap(([node, jobs]) => [...jobs].map(([job, pids]) => [`${node} ${job}`, [...pids].toSorted((a, b) => a - b)])));
  }

  /** Starts it with what it has kept. */
  startEtcd(): void {
    const [client, peer] = ['2379', '2380'].map((port) => `http://${this.network.addressOf('etcd')}:${port}`);
    const machine = this.#machine('etcd');
    const flags = {
      'data-dir': join(machine.root, 'etcd'),
      'listen-client-urls': client,
      'advertise-client-urls': client,
      'listen-peer-urls': peer,
      'initial-advertise-peer-urls': peer,
      'initial-cluster': `default=${peer}`,
      'heartbeat-interval': '20',
      'election-timeout': '200',
      'log-level': 'error',
    };
    const [command = '', ...words] = [...this.network.at('etcd'), 'etcd', ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`)];
    this.#etcd = spawn(command, words, { stdio: 'ignore', env: machine.env() });
  }

  /** Resolves when it knows what the other one was told. */
  async startLookupd(name: LookupName): Promise<void> {
    const machine = this.#machine(name);
    const [address, etcd] = [name, 'etcd'].map((one) => this.network.addressOf(one));
    const socket = join(machine.root, 'api.sock');
    const lookupd = new Program(
      [
        ...['--bind', `${address}:5010`, '--bind', `unix:${socket}`, '--no-require-key'],
        ...['--store', `etcd://${etcd}:2379`, '--heartbeat', String(this.beatMs / 1000)],
      ],
      { program: GAFFER_LOOKUPD, at: this.network.at(name), cwd: machine.root, env: machine.env() },
    );
    this.#lookupds.set(name, lookupd);
    await lookupd.stderr.until(/listens on/);
    await lookupd.stderr.until(/connected with etcd/);
    if (!this.#followers.has(name)) {
      await this.#follow(name, socket);
    }
  }

  async #follow(name: LookupName, socket: string): Promise<void> {
    const follower = new LookupFollower();
    this.#followers.set(name, follower);
    const watching = new WebSocket(`ws+unix:${socket}:/lookup/websocket`);
    watching.on('message', (data: Buffer) => {
      const event = JSON.parse(data.toString()) as LookupEvent;
      try {
        if (!('name' in event) || event.name !== null) {
          follower.take(event); // who has not said his name is none of it
        }
      } catch (error) {
        this.#strange.push(error);
      }
    });
    watching.on('error', () => undefined); // it ends with the lookupd
    await once(watching, 'open');
  }

  async startNode(name: NodeName): Promise<void> {
    const machine = this.#machine(name);
    const socket = join(machine.root, 'api.sock');
    machine.write(
      'gafferd.ini',
      ...['[gaffer]', 'require_key = off', ...NODES[name].map((one) => `lookupd_address_${one} = http://${this.network.addressOf(one)}:5010`)],
      ...['[lookup]', `heartbeat = ${this.beatMs / 1000}`, '[process:app:web]', 'cmd = sleep 1000', 'numprocesses = 2'],
    );
    const bind = ['--bind', `${this.network.addressOf(name)}:5000`, '--bind', `unix:${socket}`];
    this.#daemons.set(name, await machine.start([], { bind, at: this.network.at(name) }));
  }

  async #overview(name: NodeName): Promise<Overview> {
    return (await this.ask(name, 'GET', '/overview')).json as Overview;
  }

  #socketOf(name: string): string {
    return `unix://${join(this.#machine(name).root, 'api.sock')}`;
  }

  #lookupd(name: LookupName): Program {
    const lookupd = this.#lookupds.get(name);
    if (lookupd === undefined) {
      throw new Error(`${name} was not started`);
    }
    return lookupd;
  }

  #machine(name: string): TestMachine {
    const machine = this.#machines.get(name) ?? new TestMachine();
    this.#machines.set(name, machine);
    return machine;
  }
}

function sorted(entries: readonly (readonly [string, readonly number[]])[]): Running {
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
