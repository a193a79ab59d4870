import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { lookupCommandFlags, onLookups } from '../../lookup-options.ts';

/** `gaffer lookup:jobs`: lists the jobs that nodes have registered with lookupds. */
export class LookupJobs extends Command {
  static override summary = 'List all jobs and the nodes that run them';
  static override description = 'Each job with the nodes that have it loaded, whether it runs there or not; lookup:job shows its processes.';
  static override examples = ['<%= config.bin %> lookup:jobs', '<%= config.bin %> lookup:jobs -L http://10.0.0.1:5010,http://10.0.0.2:5010'];
  static override flags = {
    ...lookupCommandFlags,
    color: Flags.boolean({ description: 'colours, also where the output is no terminal', allowNo: true }),
    json: Flags.boolean({ description: 'print {"nb_jobs", "jobs": [{"name", "sources": [{"name", "pids", "node_info"}]}]}' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(LookupJobs);
    const { json, color, ...place } = flags;
    const { showJobs } = await import('../../lookup/show-answers.ts');
    await onLookups(place, (lookups) => showJobs(lookups, { json, color }));
  }
}
