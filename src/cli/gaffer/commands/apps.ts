import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { nodeFlags } from '../../node-options.ts';
import { onNode } from '../../on-node.ts';

/** `gaffer apps`: lists the applications of a node. */
export class Apps extends Command {
  static override summary = 'List the applications of a node';
  static override description = 'Prints the name of each application that has a job on the node, one on a line.';
  static override examples = ['<%= config.bin %> apps', '<%= config.bin %> apps --json'];
  static override flags = { ...nodeFlags, json: Flags.boolean({ description: 'print {"apps": [NAME...]}' }) };

  async run(): Promise<void> {
    const { flags } = await this.parse(Apps);
    await onNode(flags, async ({ node }) => {
      const apps = await node.sessions();
      process.stdout.write(flags.json ? `${JSON.stringify({ apps })}\n` : apps.map((app) => `${app}\n`).join(''));
    });
  }
}
