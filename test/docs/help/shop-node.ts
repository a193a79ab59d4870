import type { JobConfig } from '../../../src/job/config.ts';
import type { Supervisor } from '../../../src/supervisor/supervisor.ts';
import type { CommandRig } from '../../support/commands.ts';
import type { Happening, NodeState } from './node-examples.ts';

const PIPES = { os_env: true, shell: true, redirect_output: ['out', 'err'] } as const;

/** Says what it reads, on its streams and on one of its own. */
const TALKER = {
  ...PIPES,
  redirect_input: true,
  custom_streams: ['control'],
  cmd: [
    'trap : HUP USR1',
    '(while read -r word <&3; do echo "control $word"; echo "answer $word" >&3; done) &',
    'echo web is up',
    'while :; do while read -r line; do echo "got $line"; echo "err $line" >&2; done; sleep 0.1; done',
  ].join('\n'),
};

const WEB: JobConfig = { name: 'web', ...TALKER, numprocesses: 2 };

const SHOP: readonly JobConfig[] = [
  { name: 'worker', ...PIPES, numprocesses: 2, redirect_input: true, cmd: 'echo worker is up; exec sleep 1000' },
  { name: 'dummy', ...PIPES, cmd: 'exec sleep 1000' },
  { name: 'dummy1', ...PIPES, cmd: 'exec sleep 1000' },
  { name: 'migrate', ...PIPES, cmd: 'exec sleep 1000', start: false },
];

/** The pid that examples name. */
const TOOL_PID = 12;

/** A node with the application `shop`, and a process whose pid is 12. */
export class ShopNode {
  readonly #rig: CommandRig;
  readonly #node: Supervisor;

  static async open(rig: CommandRig): Promise<ShopNode> {
    const shop = new ShopNode(rig);
    const node = rig.api.supervisor;
    await node.load('tools', { name: 'pool', cmd: 'sleep', args: ['1000'], os_env: true, numprocesses: TOOL_PID - 1 });
    await node.load('tools', { name: 'tool', ...TALKER });
    return shop;
  }

  private constructor(rig: CommandRig) {
    this.#rig = rig;
    this.#node = rig.api.supervisor;
  }

  /** A place among the events, and the run that counts them. */
  async position(): Promise<string> {
    const following = await this.#node.followEvents(undefined, () => undefined);
    following.end();
    return `0@${following.from.run}`;
  }

  /** Makes the application anew, unless it may be as it is. */
  async bring(state: NodeState): Promise<void> {
    if (state === 'as it is') {
      return;
    }
    if ((await this.#node.sessions()).includes('shop')) {
      await this.#node.unloadSession('shop');
    }
    const jobs = state === 'empty' ? [] : [state === 'one web' ? { ...WEB, numprocesses: 1 } : WEB, ...SHOP];
    for (const job of jobs) {
      await this.#node.load('shop', job);
    }
    if (state !== 'empty') {
      await this.#rig.written('web', 'web is up');
      await this.#rig.written('worker', 'worker is up');
    }
  }

  /** Lets something happen that an example can show. */
  async happen(what: Happening): Promise<void> {
    switch (what) {
      case 'a restart':
        await this.#node.restart({ session: 'shop', job: 'dummy' });
        break;
      case 'a line for 12':
        await this.#write(TOOL_PID, 'stdin');
        break;
      case 'a line for web.1':
        await this.#write(await this.#web(), 'stdin');
        break;
      case 'a word on the control stream':
        await this.#write(await this.#web(), 'control');
        break;
    }
  }

  async #web(): Promise<number> {
    return await this.#node.pidOf({ session: 'shop', job: 'web' }, 1);
  }

  async #write(pid: number, label: string): Promise<void> {
    const stream = await this.#node.stream(pid, label);
    await stream.write('hello\n');
  }
}
