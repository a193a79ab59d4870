import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { findProcess } from '../names.ts';
import { PROCESS_WORD } from '../naming.ts';
import { atNode, connectFlags } from '../place.ts';
import { writeTail } from '../tail.ts';

/** `gafferctl process:tail`: prints the end of what a process has written. */
export class ProcessTail extends Command {
  static override summary = 'Print the end of what a process has written';
  static override description = 'As it is, 16 KiB at most, of its first output or the one that --stream names.';
  static override examples = ['<%= config.bin %> process:tail dummy.1', '<%= config.bin %> process:tail dummy.1 --stream err --json'];
  static override args = { name: Args.string({ description: PROCESS_WORD, required: true, ignoreStdin: true }) };
  static override flags = {
    ...connectFlags,
    stream: Flags.string({ char: 's', description: 'which output, by its label', helpValue: 'LABEL' }),
    json: Flags.boolean({ description: 'print {"pid", "data"}, or "base64" in place of "data" where it is not UTF-8' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(ProcessTail);
    await atNode(flags, async (connection) => {
      const pid = await findProcess(connection, args.name);
      writeTail(flags.json, { pid }, await connection.node.tail(pid, flags.stream));
    });
  }
}
