import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { lookupCommandFlags, onLookups } from '../../lookup-options.ts';

/** `gaffer lookup:session`: shows the jobs of a session. */
export class LookupSession extends Command {
  static override summary = 'Find a session (an application): its jobs, and the nodes that run them';
  static override description = 'Ends with 1 when no node has a session of that name.';
  static override examples = ['<%= config.bin %> lookup:session shop', '<%= config.bin %> lookup:session shop --json'];
  static override args = { session: Args.string({ description: 'the session, or application', required: true, ignoreStdin: true }) };
  static override flags = {
    ...lookupCommandFlags,
    color: Flags.boolean({ description: 'colours, also where the output is no terminal', allowNo: true }),
    json: Flags.boolean({ description: 'print {"nb_jobs", "jobs": [{"name", "sources": [{"name", "pids", "node_info"}]}]}' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(LookupSession);
    const { json, color, ...place } = flags;
    const { showSession } = await import('../../lookup/show-answers.ts');
    await onLookups(place, (lookups) => showSession(lookups, { json, color }, args.session));
  }
}
