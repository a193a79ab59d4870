import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import { runDeed } from '../../deed-command.ts';
import { deedFlags, fromFile } from '../../deed-flags.ts';
import { namesIn } from '../../job-file.ts';
import { wordsOf } from '../../words.ts';
import { RELOAD } from '../deeds.ts';

/** `gaffer reload`: starts jobs afresh. */
export class Reload extends Command {
  static override summary = "Start the application's jobs afresh, or some of them";
  static override description =
    'Replaces every process of a job by a new one, as many as its configuration says: scaling and flapping are forgotten. Without a job the whole application, by priority: that is asked about first on a terminal. Ends with 1 if a job is not there.';
  static override strict = false;
  static override examples = [
    '<%= config.bin %> reload',
    '<%= config.bin %> reload web shop.worker',
    '<%= config.bin %> reload --app shop --no-input',
  ];
  static override args = { job: Args.string({ description: 'jobs, as JOB or APP.JOB, or an application', ignoreStdin: true }) };
  static override flags = { ...deedFlags, 'from-file': fromFile };

  async run(): Promise<void> {
    const parsed = await this.parse(Reload);
    const { 'from-file': file, 'no-input': noInput, ...flags } = parsed.flags;
    const words = [...wordsOf(parsed), ...(file === undefined ? [] : await namesIn(file, flags.app))];
    process.exitCode = await runDeed(RELOAD, flags, { words, noInput });
  }
}
