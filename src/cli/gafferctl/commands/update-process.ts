import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { formatJobName } from '../../../job/name.ts';
import { tell } from '../../accounts.ts';
import { wordsOf } from '../../words.ts';
import { commandOf } from '../command-words.ts';
import { findJob } from '../names.ts';
import { JOB_WORD } from '../naming.ts';
import { atNode, connectFlags } from '../place.ts';

/** `gafferctl update_process`: gives a job another command. */
export class UpdateProcess extends Command {
  static override summary = 'Give a job another command';
  static override description =
    'Everything else of its configuration stays. A job that runs gets new processes with the new command; one that is stopped stays so.';
  static override strict = false;
  static override usage = '<%= command.id %> NAME COMMAND...';
  static override examples = ['<%= config.bin %> update_process dummy "sleep 2000"', '<%= config.bin %> update_process dummy -- tail -f /dev/null'];
  static override args = {
    name: Args.string({ description: JOB_WORD, required: true, ignoreStdin: true }),
    command: Args.string({ description: 'the command, as add_process takes it', required: true, ignoreStdin: true }),
  };
  static override flags = { ...connectFlags, json: Flags.boolean({ description: 'print {"name", "ok": true}' }) };

  async run(): Promise<void> {
    const parsed = await this.parse(UpdateProcess);
    const { flags } = parsed;
    const [name = '', ...words] = wordsOf(parsed);
    const command = commandOf(words);
    const job = await atNode(flags, async (connection) => {
      const job = await findJob(connection, name);
      const { config, state } = await connection.node.jobInfo(job);
      const { args: _, ...rest } = config;
      await connection.node.update(job, { ...rest, ...command, name: job.job, ...(state === 'stopped' && { start: false }) });
      return job;
    });
    tell(flags.json, { name: formatJobName(job), ok: true }, ['ok']);
  }
}
