import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { formatJobName } from '../../../job/name.ts';
import { tell } from '../../accounts.ts';
import { wordsOf } from '../../words.ts';
import { commandOf } from '../command-words.ts';
import { nameOf, newJobName } from '../names.ts';
import { atNode, connectFlags } from '../place.ts';

/** `gafferctl add_process`: puts a job onto the node. */
export class AddProcess extends Command {
  static override summary = 'Put a job onto the node';
  static override description =
    'Prints its name. Without --start it is loaded and not started. The command is one word in quotes, split as a shell does it, or several, taken as they are; one with options is quoted, or stands behind --. load_process reads everything else that a job can be told.';
  static override strict = false;
  static override usage = '<%= command.id %> NAME COMMAND...';
  static override examples = [
    '<%= config.bin %> add_process --start naps "sleep 1000"',
    '<%= config.bin %> add_process shop:clock -- tail -f /dev/null',
  ];
  static override args = {
    name: Args.string({ description: 'what it is called: web, or shop:web in a session', required: true, ignoreStdin: true }),
    command: Args.string({ description: 'the command', required: true, ignoreStdin: true }),
  };
  static override flags = {
    ...connectFlags,
    start: Flags.boolean({ description: 'start it', default: false }),
    json: Flags.boolean({ description: 'print {"name"}' }),
  };

  async run(): Promise<void> {
    const parsed = await this.parse(AddProcess);
    const { flags } = parsed;
    const [word = '', ...command] = wordsOf(parsed);
    const job = newJobName(word);
    await atNode(flags, ({ node }) => node.load(job.session, { name: job.job, ...commandOf(command), start: flags.start }));
    tell(flags.json, { name: formatJobName(job) }, [nameOf(job)]);
  }
}
