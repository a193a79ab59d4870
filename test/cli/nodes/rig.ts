import { test as commandTest } from '../../support/commands.ts';
import { TestApi } from '../../support/test-api.ts';
import { TestLookupd } from '../../support/test-lookupd.ts';

/** Nodes of real processes, and a lookupd that names them; the first is that of the rig of commands. */
export class NodesRig {
  readonly lookupd: TestLookupd;
  readonly nodes = new Map<string, TestApi>();

  constructor(lookupd: TestLookupd) {
    this.lookupd = lookupd;
  }

  /** Options that name the lookupd. */
  get through(): readonly string[] {
    return ['-L', this.lookupd.endpoint];
  }

  /** Starts a node that has jobs of `shop`, and says so; of each job one process is wanted. */
  async add(name: string, jobs: readonly string[], more: { readonly cmd?: string; readonly session?: string } = {}): Promise<TestApi> {
    const { cmd = 'exec sleep 1000', session = 'shop' } = more;
    const node = await TestApi.open();
    this.nodes.set(name, node);
    for (const job of jobs) {
      await node.supervisor.load(session, { name: job, cmd, shell: true, os_env: true, redirect_output: ['out', 'err'] });
    }
    await this.lookupd.register(
      name,
      `http://127.0.0.1:${node.port}`,
      jobs.map((job) => `${session}.${job}`),
    );
    return node;
  }

  /** How many processes of a job are wanted on each node. */
  async wanted(job: string): Promise<Record<string, number>> {
    const all = [...this.nodes].map(async ([name, node]) => [name, (await node.supervisor.jobInfo({ session: 'shop', job })).max_processes] as const);
    return Object.fromEntries(await Promise.all(all));
  }

  async close(): Promise<void> {
    await this.lookupd.close();
    await Promise.all([...this.nodes.values()].map((node) => node.close()));
  }
}

/** A test of commands on several nodes. */
export const test = commandTest.extend<{ nodes: NodesRig }>({
  nodes: async ({}, use) => {
    const nodes = new NodesRig(await TestLookupd.open());
    await use(nodes);
    await nodes.close();
  },
});
