import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { tell } from '../../accounts.ts';
import { connectFlags, optionsAt } from '../place.ts';
import { pluginLines } from '../plugin-text.ts';

/** `gafferctl plugins`: lists the plugins of a node. */
export class Plugins extends Command {
  static override summary = 'List the plugins of the node, and how each is';
  static override description = 'Ends with 1 if one has failed, and tells why. Needs +m (manage all).';
  static override examples = ['<%= config.bin %> plugins', '<%= config.bin %> plugins --json'];
  static override flags = {
    ...connectFlags,
    json: Flags.boolean({ description: 'print {"plugins": [{"name", "version", "description", "site", "state", "error", ...}]}' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Plugins);
    const { askPlugins } = await import('../../../client/plugins.ts');
    const plugins = await askPlugins(await optionsAt(flags));
    tell(flags.json, { plugins }, pluginLines(plugins));
    process.exitCode = plugins.some(({ state }) => state === 'failed') ? 1 : 0;
  }
}
