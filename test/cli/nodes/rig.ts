import { test as commandTest } from '../../support/commands.ts';
import { LookupRig } from '../../support/lookup-rig.ts';
import { TestApi } from '../../support/test-api.ts';

/** A lookupd, and nodes of real processes that it names. */
export class NodesRig {
  readonly nodes = new Map<string, TestApi>();
  readonly #lookupd: LookupRig;

  constructor(lookupd: LookupRig) {
    this.#lookupd = lookupd;
  }

  /** Where the lookupd is. */
  get lookupd(): string {
    return `http://127.0.0.1:${this.#lookupd.port}`;
  }

  /** Options that name the lookupd. */
  get through(): readonly string[] {
    return ['-L', this.lookupd];
  }

  /** Starts a node that has jobs, of `shop` unless told otherwise, and says so; of each job one process is wanted. */
  async add(name: string, jobs: readonly string[], { cmd = 'exec sleep 1000', session = 'shop' } = {}): Promise<TestApi> {
    const node = await this.open(name);
    for (const job of jobs) {
      await node.supervisor.load(session, { name: job, cmd, shell: true, os_env: true, redirect_output: ['out', 'err'] });
    }
    await this.tell(
      name,
      jobs.map((job) => `${session}.${job}`),
    );
    return node;
  }

  /** Starts a node that the lookupd knows nothing of. */
  async open(name: string): Promise<TestApi> {
    const node = await TestApi.open();
    this.nodes.set(name, node);
    return node;
  }

  /** Tells the lookupd of a node and its jobs; resolves when that is known. @param origin default where the node is */
  async tell(name: string, jobs: readonly string[], origin = `http://127.0.0.1:${this.nodes.get(name)?.port}`): Promise<void> {
    await tell(this.#lookupd, name, { jobs, origin });
  }

  /** How many processes of a job are wanted on each node. */
  async wanted(job: string): Promise<Record<string, number>> {
    const all = [...this.nodes].map(async ([name, node]) => [name, (await node.supervisor.jobInfo({ session: 'shop', job })).max_processes] as const);
    return Object.fromEntries(await Promise.all(all));
  }

  async close(): Promise<void> {
    await Promise.all([...this.nodes.values()].map((node) => node.close()));
  }
}

/** Tells a lookupd of a node; resolves when that is known. */
export async function tell(
  lookupd: LookupRig,
  name: string,
  { jobs, origin }: { readonly jobs: readonly string[]; readonly origin: string },
): Promise<void> {
  const node = await lookupd.node();
  const messages = [{ type: 'IDENTIFY', name, origin, version: '0.1' }, ...jobs.map((job_name) => ({ type: 'REGISTER_JOB', job_name }))];
  for (const [index, message] of messages.entries()) {
    const answer = await node.say(JSON.stringify({ msgid: String(index), ...message }));
    if ((answer as { readonly ok?: boolean }).ok !== true) {
      throw new Error(`the lookupd refused ${JSON.stringify(message)}: ${JSON.stringify(answer)}`);
    }
  }
}

/** A test of commands on several nodes. */
export const test = commandTest.extend<{ nodes: NodesRig }>({
  nodes: async ({}, use) => {
    const nodes = new NodesRig(await LookupRig.open());
    await use(nodes);
    await nodes.close();
  },
});
