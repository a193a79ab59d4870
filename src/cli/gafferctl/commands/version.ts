import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { tell } from '../../accounts.ts';
import { atNode, connectFlags } from '../place.ts';

/** `gafferctl version`: tells the version of the node. */
export class Version extends Command {
  static override summary = 'Tell the name and version of the node';
  static override description = 'Its own version gafferctl tells with --version. Needs no key.';
  static override examples = ['<%= config.bin %> version', '<%= config.bin %> version --json'];
  static override flags = { ...connectFlags, json: Flags.boolean({ description: 'print {"name", "version"}' }) };

  async run(): Promise<void> {
    const { flags } = await this.parse(Version);
    const { name, version } = await atNode(flags, ({ node }) => node.version());
    tell(flags.json, { name, version }, [`${name} ${version}`]);
  }
}
