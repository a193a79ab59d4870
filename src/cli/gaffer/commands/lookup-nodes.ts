import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { lookupCommandFlags, onLookups } from '../../lookup-options.ts';

/** `gaffer lookup:nodes`: lists the nodes that lookupds know. */
export class LookupNodes extends Command {
  static override summary = 'List the nodes that register with lookupd servers';
  static override description =
    'Each node with its address and name, as it has registered (gafferd --lookupd-address); those of several lookupds are merged.';
  static override examples = ['<%= config.bin %> lookup:nodes', '<%= config.bin %> lookup:nodes -L http://127.0.0.1:5010 --json'];
  static override flags = {
    ...lookupCommandFlags,
    color: Flags.boolean({ description: 'colours, also where the output is no terminal', allowNo: true }),
    json: Flags.boolean({ description: 'print {"nodes": [{"name", "origin", "version"}]}' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(LookupNodes);
    const { json, color, ...place } = flags;
    const { showNodes } = await import('../../lookup/show-answers.ts');
    await onLookups(place, (lookups) => showNodes(lookups, { json, color }));
  }
}
