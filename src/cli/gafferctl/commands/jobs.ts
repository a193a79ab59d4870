import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { harmlessLine } from '../../../finding.ts';
import { formatJobName } from '../../../job/name.ts';
import { tell } from '../../accounts.ts';
import { inSession } from '../deed.ts';
import { atNode, connectFlags } from '../place.ts';

/** `gafferctl jobs`: lists the jobs of a session, or all. */
export class Jobs extends Command {
  static override summary = 'List the jobs of a session, or all';
  static override description = 'One on a line, by their full names: shop.web, and default.dummy where no session was told.';
  static override examples = ['<%= config.bin %> jobs', '<%= config.bin %> jobs shop --json'];
  static override args = { session: Args.string({ description: 'the session', ignoreStdin: true }) };
  static override flags = { ...connectFlags, json: Flags.boolean({ description: 'print {"jobs": [NAME...]}' }) };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Jobs);
    const { session } = args;
    const found = await atNode(flags, (connection) =>
      session === undefined ? connection.node.jobs() : inSession(connection, session, () => connection.node.jobs(session)),
    );
    const jobs = found.map(formatJobName);
    tell(flags.json, { jobs }, jobs.map(harmlessLine));
  }
}
