import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import { runDeed } from '../../deed-command.ts';
import { deedFlags } from '../../deed-flags.ts';
import { wordsOf } from '../../words.ts';
import { START } from '../deeds.ts';

/** `gaffer ps:start`: starts jobs that are loaded. */
export class PsStart extends Command {
  static override summary = 'Start jobs that are loaded';
  static override description =
    'Starts jobs with as many processes as their configuration says. Without a name the whole application, by priority. "gaffer start" is something else: it runs the Procfile of this folder.';
  static override strict = false;
  static override examples = ['<%= config.bin %> ps:start', '<%= config.bin %> ps:start web worker'];
  static override args = { job: Args.string({ description: 'jobs, as JOB or APP.JOB, or an application', ignoreStdin: true }) };
  static override flags = deedFlags;

  async run(): Promise<void> {
    const parsed = await this.parse(PsStart);
    const { 'no-input': noInput, ...flags } = parsed.flags;
    process.exitCode = await runDeed(START, flags, { words: wordsOf(parsed), noInput });
  }
}
