import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { tell } from '../../accounts.ts';
import { onWebhooks } from '../on-webhooks.ts';
import { connectFlags } from '../place.ts';
import { secretIn } from '../secret-file.ts';

/** `gafferctl webhook:add`: tells an address of events from now on. */
export class WebhookAdd extends Command {
  static override summary = 'Tell an address of an event from now on';
  static override description =
    'Prints the id of the webhook. The event is a name (exit, job.shop.web.exit), the beginning of names (job.shop), or . for every one. Needs +a (admin).';
  static override examples = [
    '<%= config.bin %> webhook:add exit http://127.0.0.1:9/hook',
    '<%= config.bin %> webhook:add job.shop https://hooks.example/shop --secret-file hook.key --json',
  ];
  static override args = {
    event: Args.string({ description: 'the event', required: true, ignoreStdin: true }),
    url: Args.string({ description: 'where it is told', required: true, ignoreStdin: true }),
  };
  static override flags = {
    ...connectFlags,
    'secret-file': Flags.string({ description: 'deliveries are signed with the one line of this file, - is stdin', helpValue: 'FILE' }),
    json: Flags.boolean({ description: 'print {"id", "event", "url"}' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(WebhookAdd);
    const { event, url } = args;
    const file = flags['secret-file'];
    const secret = file === undefined ? undefined : await secretIn(file);
    const id = await onWebhooks(flags, (webhooks) => webhooks.add({ event, url, secret }));
    tell(flags.json, { id, event, url }, [id]);
  }
}
