import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { lookupCommandFlags, onLookups } from '../../lookup-options.ts';

/** `gaffer lookup:job`: shows which nodes run a job. */
export class LookupJob extends Command {
  static override summary = 'Find a job: which nodes run it, as which processes';
  static override description =
    'Each node that has the job loaded, with its address and the pids of its processes there. Ends with 1 when there is no such job.';
  static override examples = ['<%= config.bin %> lookup:job shop.web', '<%= config.bin %> lookup:job shop.web --json'];
  static override args = { job: Args.string({ description: 'the job, with its application: shop.web', required: true, ignoreStdin: true }) };
  static override flags = {
    ...lookupCommandFlags,
    color: Flags.boolean({ description: 'colours, also where the output is no terminal', allowNo: true }),
    json: Flags.boolean({ description: 'print {"sources": [{"name", "pids", "node_info"}]}' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(LookupJob);
    const { json, color, ...place } = flags;
    const { showJob } = await import('../../lookup/show-answers.ts');
    await onLookups(place, (lookups) => showJob(lookups, { json, color }, args.job));
  }
}
