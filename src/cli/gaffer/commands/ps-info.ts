import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { GafferError } from '../../../errors.ts';
import { nodeFlags } from '../../node-options.ts';
import { onNode } from '../../on-node.ts';
import { TargetFinder } from '../../target.ts';
import { infoText, jobInfoText } from '../../view/info-text.ts';

/** `gaffer ps:info`: tells all about a job or a process. */
export class PsInfo extends Command {
  static override summary = 'Tell all about a job or a process';
  static override description =
    'Of a job: its state, how many of its processes run, their pids, how many are wanted, its command. Of a process: its command, its environment, its pids, when it began.';
  static override examples = ['<%= config.bin %> ps:info web', '<%= config.bin %> ps:info web.2', '<%= config.bin %> ps:info 12 --json'];
  static override args = { name: Args.string({ description: 'a job, an instance (web.2) or a pid', required: true, ignoreStdin: true }) };
  static override flags = {
    ...nodeFlags,
    json: Flags.boolean({ description: 'print the job as GET /jobs/APP/JOB shows it, the process as GET /PID does' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(PsInfo);
    const { name } = args;
    await onNode(flags, async (connection) => {
      const finder = new TargetFinder(connection);
      const target = await finder.find(name, ['process', 'job']);
      if (target === undefined) {
        const kind = /^\d+$|\.\d+$/.test(name) ? 'process' : 'job';
        throw new GafferError('job_not_found', `${kind} '${name}' not found${await finder.hint(name)}`);
      }
      const info = target.kind === 'job' ? await connection.node.jobInfo(target.job) : await connection.node.processInfo(target.pid);
      const text = flags.json ? JSON.stringify(info) : 'config' in info ? jobInfoText(info) : infoText({ ...info });
      process.stdout.write(`${text}\n`);
    });
  }
}
