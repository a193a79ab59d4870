import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import { runDeed } from '../../deed-command.ts';
import { deedFlags } from '../../deed-flags.ts';
import { localSession, rootOf } from '../../node-options.ts';
import { doSteps } from '../../view/progress.ts';
import { wordsOf } from '../../words.ts';
import { STOP } from '../deeds.ts';

/** `gaffer stop`: ends the session of this folder, stops jobs or single processes. */
export class Stop extends Command {
  static override summary = 'Stop the session of this folder, jobs or single processes';
  static override description =
    'Without a name: ends the "gaffer start" of this folder, as Ctrl-C does; where a node is named, or none runs here, it stops the jobs of the application, in reverse priority, after asking on a terminal. A job stays loaded and can be started again with ps:start; an instance that is stopped (web.2) stays down.';
  static override aliases = ['ps:stop'];
  static override strict = false;
  static override examples = ['<%= config.bin %> stop', '<%= config.bin %> stop web', '<%= config.bin %> stop web.2'];
  static override args = { name: Args.string({ description: 'jobs, instances (web.2), pids, or an application', ignoreStdin: true }) };
  static override flags = deedFlags;

  async run(): Promise<void> {
    const parsed = await this.parse(Stop);
    const { 'no-input': noInput, ...flags } = parsed.flags;
    const words = wordsOf(parsed);
    const local = words.length === 0 ? await localSession(flags) : undefined;
    if (local !== undefined && (flags.app === undefined || flags.app === local.app)) {
      const { endSession } = await import('../../local-session.ts');
      const name = local.app === '' ? 'gaffer start' : `'${local.app}'`;
      await doSteps([
        {
          title: `Stopping ${name} (pid ${local.pid})`,
          work: async () => {
            await endSession(rootOf(flags), local);
            return `==> ${name} stopped (the gaffer start of this folder, pid ${local.pid})`;
          },
        },
      ]);
      return;
    }
    process.exitCode = await runDeed(STOP, flags, { words, noInput });
  }
}
