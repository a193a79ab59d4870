import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { tell } from '../../accounts.ts';
import { onWebhooks } from '../on-webhooks.ts';
import { connectFlags } from '../place.ts';
import { webhookLines } from '../webhook-text.ts';

/** `gafferctl webhooks`: lists the webhooks of a node. */
export class Webhooks extends Command {
  static override summary = 'List the webhooks, and what has become of them';
  static override description =
    'Each with its id, its event, its address, and how many events were sent, failed, left out and wait. Needs +a (admin).';
  static override examples = ['<%= config.bin %> webhooks', '<%= config.bin %> webhooks --json'];
  static override flags = { ...connectFlags, json: Flags.boolean({ description: 'print {"webhooks": [...]} as GET /webhooks answers it' }) };

  async run(): Promise<void> {
    const { flags } = await this.parse(Webhooks);
    const webhooks = await onWebhooks(flags, (all) => all.list());
    tell(flags.json, { webhooks }, webhookLines(webhooks));
  }
}
