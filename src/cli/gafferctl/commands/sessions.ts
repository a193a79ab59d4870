import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { harmlessLine } from '../../../finding.ts';
import { tell } from '../../accounts.ts';
import { atNode, connectFlags } from '../place.ts';

/** `gafferctl sessions`: lists the sessions of a node. */
export class Sessions extends Command {
  static override summary = 'List the sessions';
  static override description =
    'One on a line. A session is there as long as it has a job; gaffer calls them applications, 0.4 groups. Needs +m (manage all).';
  static override examples = ['<%= config.bin %> sessions', '<%= config.bin %> sessions --json'];
  static override flags = { ...connectFlags, json: Flags.boolean({ description: 'print {"sessions": [NAME...]}' }) };

  async run(): Promise<void> {
    const { flags } = await this.parse(Sessions);
    const sessions = await atNode(flags, ({ node }) => node.sessions());
    tell(flags.json, { sessions }, sessions.map(harmlessLine));
  }
}
