import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import { runDeed } from '../../deed-command.ts';
import { deedFlags } from '../../deed-flags.ts';
import { wordsOf } from '../../words.ts';
import { RESTART } from '../deeds.ts';

/** `gaffer restart`: ends processes, each gets a successor. */
export class Restart extends Command {
  static override summary = 'Restart jobs or single processes';
  static override description =
    'Ends processes, each gets a successor; a job that does not run is started. Without a name the whole application, by priority: on a node that is asked about first on a terminal.';
  static override aliases = ['ps:restart'];
  static override strict = false;
  static override examples = ['<%= config.bin %> restart web', '<%= config.bin %> restart web.2', '<%= config.bin %> restart'];
  static override args = { name: Args.string({ description: 'jobs, instances (web.2), pids, or an application', ignoreStdin: true }) };
  static override flags = deedFlags;

  async run(): Promise<void> {
    const parsed = await this.parse(Restart);
    const { 'no-input': noInput, ...flags } = parsed.flags;
    process.exitCode = await runDeed(RESTART, flags, { words: wordsOf(parsed), noInput });
  }
}
