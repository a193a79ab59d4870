import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import { GafferError } from '../../../errors.ts';
import { parseSignal } from '../../../job/signal.ts';
import { nodeFlags } from '../../node-options.ts';
import { onNode } from '../../on-node.ts';
import { TargetFinder } from '../../target.ts';

/** `gaffer kill`: sends a signal to a process, or to all of a job. */
export class Kill extends Command {
  static override summary = 'Send a signal to a process, or to all of a job';
  static override description =
    'The signal by its name (HUP, SIGHUP, hup) or its number here. Only the process itself gets it, not what it has started; what ends by it is started again.';
  static override aliases = ['ps:kill'];
  static override examples = ['<%= config.bin %> kill web HUP', '<%= config.bin %> kill web.2 USR1', '<%= config.bin %> kill 12 9'];
  static override args = {
    name: Args.string({ description: 'a job, an instance (web.2) or a pid', required: true, ignoreStdin: true }),
    signal: Args.string({ description: 'the signal', required: true, ignoreStdin: true }),
  };
  static override flags = nodeFlags;

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Kill);
    const signal = parseSignal(args.signal.replace(/^-/, ''));
    await onNode(flags, async (connection) => {
      const finder = new TargetFinder(connection);
      const target = await finder.find(args.name, ['process', 'job']);
      if (target === undefined) {
        throw new GafferError('job_not_found', `'${args.name}' not found in '${connection.app}'${await finder.hint(args.name)}`);
      }
      if (target.kind === 'job' && (await connection.node.jobInfo(target.job)).running === 0) {
        throw new GafferError('process_not_found', `'${args.name}' has no process that ${args.signal} could be sent to`);
      }
      await (target.kind === 'job' ? connection.node.signalJob(target.job, signal) : connection.node.signalProcess(target.pid, signal));
      process.stdout.write(`'${args.signal}' sent to '${args.name}'\n`);
    });
  }
}
