import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { GafferError } from '../../../errors.ts';
import { formatJobName } from '../../../job/name.ts';
import { parseSignal } from '../../../job/signal.ts';
import { tell } from '../../accounts.ts';
import { findTarget } from '../names.ts';
import { atNode, connectFlags } from '../place.ts';

/** `gafferctl kill`: sends a signal to the processes of a job, or to one process. */
export class Kill extends Command {
  static override summary = 'Send a signal to the processes of a job, or to one process';
  static override description =
    'The signal by its name (HUP, SIGHUP, hup) or its number here. Only the process itself gets it, not what it has started; what ends by it is started again.';
  static override aliases = ['process:signal'];
  static override examples = ['<%= config.bin %> kill dummy HUP', '<%= config.bin %> kill 1 1', '<%= config.bin %> kill shop:web.1 SIGUSR1 --json'];
  static override args = {
    name: Args.string({ description: 'a job, a pid, or a process like web.1', required: true, ignoreStdin: true }),
    signal: Args.string({ description: 'the signal', required: true, ignoreStdin: true }),
  };
  static override flags = { ...connectFlags, json: Flags.boolean({ description: 'print {"name", "signal", "ok": true}' }) };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Kill);
    const { name } = args;
    const signal = parseSignal(args.signal.replace(/^-/, ''));
    const full = await atNode(flags, async (connection) => {
      const { node } = connection;
      const target = await findTarget(connection, name, ['process', 'job']);
      if (target.kind === 'job' && (await node.jobInfo(target.job)).running === 0) {
        throw new GafferError('process_not_found', `job "${name}" has no process that ${signal} could be sent to`);
      }
      await (target.kind === 'job' ? node.signalJob(target.job, signal) : node.signalProcess(target.pid, signal));
      return target.kind === 'job' ? formatJobName(target.job) : name;
    });
    tell(flags.json, { name: full, signal, ok: true }, ['ok']);
  }
}
