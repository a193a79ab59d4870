import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import { runDeed } from '../../deed-command.ts';
import { deedFlags, fromFile } from '../../deed-flags.ts';
import { namesIn } from '../../job-file.ts';
import { wordsOf } from '../../words.ts';
import { UNLOAD } from '../deeds.ts';

/** `gaffer unload`: takes jobs off a node. */
export class Unload extends Command {
  static override summary = "Stop and remove the application's jobs, or some of them";
  static override description =
    'Removes jobs from a node when their processes have ended. Without a job the whole application: that is asked about first on a terminal. Ends with 1 if a job is not there.';
  static override strict = false;
  static override examples = [
    '<%= config.bin %> unload',
    '<%= config.bin %> unload web shop.worker',
    '<%= config.bin %> unload --app shop --no-input',
  ];
  static override args = { job: Args.string({ description: 'jobs, as JOB or APP.JOB, or an application', ignoreStdin: true }) };
  static override flags = { ...deedFlags, 'from-file': fromFile };

  async run(): Promise<void> {
    const parsed = await this.parse(Unload);
    const { 'from-file': file, 'no-input': noInput, ...flags } = parsed.flags;
    const words = [...wordsOf(parsed), ...(file === undefined ? [] : await namesIn(file, flags.app))];
    process.exitCode = await runDeed(UNLOAD, flags, { words, noInput });
  }
}
