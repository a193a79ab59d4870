import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { formatJobName } from '../../../job/name.ts';
import { parseCount } from '../../numbers.ts';
import { findJob } from '../names.ts';
import { JOB_WORD } from '../naming.ts';
import { atNode, connectFlags } from '../place.ts';
import { writeTail } from '../tail.ts';

/** `gafferctl job:tail`: prints the last lines of a job's processes. */
export class JobTail extends Command {
  static override summary = 'Print the last lines that the processes of a job have written';
  static override description = 'In their order, also those of processes that have ended lately. gaffer logs follows them.';
  static override examples = ['<%= config.bin %> job:tail dummy', '<%= config.bin %> job:tail dummy -n 20 --json'];
  static override args = { name: Args.string({ description: JOB_WORD, required: true, ignoreStdin: true }) };
  static override flags = {
    ...connectFlags,
    lines: Flags.string({ char: 'n', description: 'how many', helpValue: 'N', default: '100' }),
    json: Flags.boolean({ description: 'print {"name", "data"}, or "base64" in place of "data" where it is not UTF-8' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(JobTail);
    const lines = parseCount('--lines', flags.lines, ' of lines');
    await atNode(flags, async (connection) => {
      const job = await findJob(connection, args.name);
      writeTail(flags.json, { name: formatJobName(job) }, await connection.node.jobTail(job, lines));
    });
  }
}
