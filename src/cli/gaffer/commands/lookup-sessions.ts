import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { lookupCommandFlags, onLookups } from '../../lookup-options.ts';

/** `gaffer lookup:sessions`: lists the sessions of nodes. */
export class LookupSessions extends Command {
  static override summary = 'List the sessions (applications), their jobs and the nodes that run them';
  static override description = 'Of all nodes, or of those of a name; ends with 1 when there is no node of that name.';
  static override examples = ['<%= config.bin %> lookup:sessions', '<%= config.bin %> lookup:sessions box'];
  static override args = { node: Args.string({ description: 'only those of the node of that name', ignoreStdin: true }) };
  static override flags = {
    ...lookupCommandFlags,
    color: Flags.boolean({ description: 'colours, also where the output is no terminal', allowNo: true }),
    json: Flags.boolean({ description: 'print {"nb_sessions", "sessions": [{"sessionid", "jobs": {JOB: [{"name", "pids", "node_info"}]}}]}' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(LookupSessions);
    const { json, color, ...place } = flags;
    const { showSessions } = await import('../../lookup/show-answers.ts');
    await onLookups(place, (lookups) => showSessions(lookups, { json, color }, args.node));
  }
}
