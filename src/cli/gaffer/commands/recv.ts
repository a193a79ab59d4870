import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import { nodeFlags } from '../../node-options.ts';
import { onNode } from '../../on-node.ts';
import { patienceOf, retryFlags } from '../../retry-flags.ts';

/** `gaffer recv`: reads what a process writes. */
export class Recv extends Command {
  static override summary = 'Read what a process writes, as it is';
  static override description =
    'Writes every byte that the process writes from now on to stdout, until the process ends (0), Ctrl-C (130), or the node goes away and does not come back (1). The process waits for whoever reads slowly; what who reads nothing for a second has missed is said.';
  static override examples = ['<%= config.bin %> recv web.1', '<%= config.bin %> recv 12 err', '<%= config.bin %> recv web.1.control'];
  static override args = {
    name: Args.string({
      description: 'an instance (web.1), a pid, or a job with one process; with .STREAM behind it another stream than the first',
      required: true,
      ignoreStdin: true,
    }),
    stream: Args.string({ description: 'the stream', ignoreStdin: true }),
  };
  static override flags = { ...nodeFlags, ...retryFlags };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Recv);
    const choices = { word: args.name, stream: args.stream, patience: patienceOf(flags) };
    const { recv } = await import('../../recv.ts');
    process.exit(await onNode(flags, (connection) => recv(connection, choices)));
  }
}
