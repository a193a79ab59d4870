import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import type { RemoteWebhooks } from '../../client/webhooks.ts';
import { GafferError } from '../../errors.ts';
import { hasCode, tell } from '../accounts.ts';
import { onWebhooks } from './on-webhooks.ts';
import { connectFlags } from './place.ts';

/** Does something with a webhook and says `ok`. */
export interface WebhookDeed {
  readonly summary: string;
  readonly description: string;
  /** A command line, without the program's name. */
  readonly example: string;
  readonly act: (webhooks: RemoteWebhooks, id: string) => Promise<void>;
}

/** A command that does something with the webhook that is named. */
export function webhookCommand({ summary, description, example, act }: WebhookDeed): Command.Class {
  class WebhookCommand extends Command {
    static override summary = summary;
    static override description = description;
    static override examples = [`<%= config.bin %> ${example}`];
    static override args = { id: Args.string({ description: 'the id that webhooks shows', required: true, ignoreStdin: true }) };
    static override flags = { ...connectFlags, json: Flags.boolean({ description: 'print {"id", "ok": true}' }) };

    async run(): Promise<void> {
      const { flags, args } = await this.parse(WebhookCommand);
      await onWebhooks(flags, (webhooks) => ofWebhook(args.id, act(webhooks, args.id)));
      tell(flags.json, { id: args.id, ok: true }, ['ok']);
    }
  }
  return WebhookCommand;
}

/** @throws GafferError `webhook_not_found`, which tells what lists them */
async function ofWebhook(id: string, answer: Promise<void>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    throw hasCode(error, 'webhook_not_found')
      ? new GafferError(error.code, `no webhook has the id "${id}"; gafferctl webhooks lists them`, { cause: error })
      : error;
  }
}
