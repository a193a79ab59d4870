import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { tell } from '../../accounts.ts';
import { findJob } from '../names.ts';
import { JOB_WORD } from '../naming.ts';
import { atNode, connectFlags } from '../place.ts';
import { pythonList } from '../python-list.ts';

/** `gafferctl pids`: lists the processes of a job, or all. */
export class Pids extends Command {
  static override summary = 'List the processes of a job, or all, by their pids';
  static override description = "gaffer's own numbers of the supervised processes; without a job of all processes of the node, committed ones too.";
  static override examples = ['<%= config.bin %> pids dummy', '<%= config.bin %> pids --json'];
  static override args = { name: Args.string({ description: JOB_WORD, ignoreStdin: true }) };
  static override flags = { ...connectFlags, json: Flags.boolean({ description: 'print {"pids": [PID...]}' }) };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Pids);
    const { name } = args;
    await atNode(flags, async (connection) => {
      const pids = await connection.node.pids(name === undefined ? undefined : await findJob(connection, name));
      tell(flags.json, { pids }, [pythonList(pids)]);
    });
  }
}
