import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import { GafferError } from '../../../errors.ts';
import { nodeFlags, onNode } from '../../node-options.ts';
import { findPipe } from '../../pipe-name.ts';
import { readableLabel, recv } from '../../recv.ts';

/** `gaffer recv`: reads what a process writes. */
export class Recv extends Command {
  static override summary = 'Read what a process writes, as it is';
  static override description =
    'Writes every byte that the process writes from now on to stdout, until the process ends (0), Ctrl-C (130), or the node goes away (1). The process waits for whoever reads.';
  static override examples = ['<%= config.bin %> recv web.1', '<%= config.bin %> recv 12 err', '<%= config.bin %> recv web.1.control'];
  static override args = {
    name: Args.string({
      description: 'an instance (web.1), a pid, or a job with one process; with .STREAM behind it another stream than the first',
      required: true,
      ignoreStdin: true,
    }),
    stream: Args.string({ description: 'the stream', ignoreStdin: true }),
  };
  static override flags = nodeFlags;

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Recv);
    const code = await onNode(flags, async (connection) => {
      const pipe = await findPipe(connection, args.name);
      if (pipe.label !== undefined && args.stream !== undefined && pipe.label !== args.stream) {
        throw new GafferError('bad_usage', `expected one stream, got two: "${pipe.label}" and "${args.stream}"`);
      }
      return await recv(connection, pipe.pid, await readableLabel(connection, { pid: pipe.pid, label: pipe.label ?? args.stream }));
    });
    process.exit(code);
  }
}
