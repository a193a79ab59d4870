import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { tell } from '../../accounts.ts';
import { nameOf } from '../names.ts';
import { atNode, connectFlags } from '../place.ts';
import { pythonList } from '../python-list.ts';

/** `gafferctl processes`: lists the jobs by their names of 0.4, or the processes that run. */
export class Processes extends Command {
  static override summary = 'List the jobs, or the processes that run';
  static override description =
    "The jobs as 0.4 called them (there they were process templates): web, or shop:web in a session. With --running the pids of all processes, gaffer's own numbers. Needs +m (manage all).";
  static override examples = ['<%= config.bin %> processes', '<%= config.bin %> processes --running --json'];
  static override flags = {
    ...connectFlags,
    running: Flags.boolean({ description: 'the processes that run, by their pids' }),
    json: Flags.boolean({ description: 'print {"processes": [NAME...]}, with --running {"pids": [PID...]}' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Processes);
    await atNode(flags, async ({ node }) => {
      if (flags.running) {
        const pids = await node.pids();
        tell(flags.json, { pids }, [pythonList(pids)]);
      } else {
        const processes = (await node.jobs()).map(nameOf);
        tell(flags.json, { processes }, [pythonList(processes)]);
      }
    });
  }
}
