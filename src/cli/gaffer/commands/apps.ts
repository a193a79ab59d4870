import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { harmlessLine } from '../../../finding.ts';
import { isThroughLookup, nodeFlags } from '../../node-options.ts';
import { onNode } from '../../on-node.ts';

/** `gaffer apps`: lists the applications of a node, or of all that lookupds know. */
export class Apps extends Command {
  static override summary = 'List the applications of a node';
  static override description =
    'Prints the name of each application that has a job on the node, one on a line; with -L those of all nodes that the lookupd knows.';
  static override examples = ['<%= config.bin %> apps', '<%= config.bin %> apps --json'];
  static override flags = { ...nodeFlags, json: Flags.boolean({ description: 'print {"apps": [NAME...]}' }) };

  async run(): Promise<void> {
    const { flags } = await this.parse(Apps);
    let apps: readonly string[];
    if (isThroughLookup(flags)) {
      const { appsOfLookups } = await import('../../lookup-apps.ts');
      apps = await appsOfLookups(flags);
    } else {
      apps = await onNode(flags, async ({ node }) => await node.sessions());
    }
    process.stdout.write(flags.json ? `${JSON.stringify({ apps })}\n` : apps.map((app) => `${harmlessLine(app)}\n`).join(''));
  }
}
