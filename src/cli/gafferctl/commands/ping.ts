import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { atNode, connectFlags } from '../place.ts';

/** `gafferctl ping`: tells whether a node answers. */
export class Ping extends Command {
  static override summary = 'Tell whether the node answers';
  static override description = 'Prints OK; ends with 1 and says why where it does not. Needs no key.';
  static override examples = ['<%= config.bin %> ping', '<%= config.bin %> ping --timeout 2 --json'];
  static override flags = { ...connectFlags, json: Flags.boolean({ description: 'print {"endpoint", "ok": true}' }) };

  async run(): Promise<void> {
    const { flags } = await this.parse(Ping);
    await atNode(flags, async ({ node }) => {
      await node.ping();
      process.stdout.write(flags.json ? `${JSON.stringify({ endpoint: node.endpoint, ok: true })}\n` : 'OK\n');
    });
  }
}
