import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { tell } from '../../accounts.ts';
import { findJob } from '../names.ts';
import { JOB_WORD } from '../naming.ts';
import { nodeStatus, nodeStatusText } from '../node-status.ts';
import { atNode, connectFlags, optionsAt } from '../place.ts';

/** `gafferctl status`: tells whether a job runs, or how the node is. */
export class Status extends Command {
  static override summary = 'Tell whether a job runs, or how the node is';
  static override description =
    'Of a job: active when it has a process, else stopped. Without a job: which node it is, what runs there and what of it goes on from a gafferd before this one (adopted), as far as the key may see it, and how it is with the lookupd servers that it registers with.';
  static override examples = ['<%= config.bin %> status dummy', '<%= config.bin %> status', '<%= config.bin %> status shop:web --json'];
  static override args = { name: Args.string({ description: JOB_WORD, ignoreStdin: true }) };
  static override flags = {
    ...connectFlags,
    json: Flags.boolean({
      description:
        'print {"active", "running", "max_processes"}; of the node {"endpoint", "name", "version", "sessions", "jobs", "states", "processes", "adopted", "lookupds"}',
    }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Status);
    const { name } = args;
    await atNode(flags, async (connection) => {
      if (name === undefined) {
        const status = await nodeStatus(connection.node, await optionsAt(flags));
        tell(flags.json, status, nodeStatusText(status));
        return;
      }
      const { active, running, max_processes } = await connection.node.jobInfo(await findJob(connection, name));
      tell(flags.json, { active, running, max_processes }, [active ? 'active' : 'stopped']);
    });
  }
}
