import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { tell } from '../../accounts.ts';
import { findProcess } from '../names.ts';
import { PROCESS_WORD } from '../naming.ts';
import { atNode, connectFlags } from '../place.ts';

/** `gafferctl process:stop`: ends one process. */
export class ProcessStop extends Command {
  static override summary = 'End a process';
  static override description =
    'A supervised one gets a successor, as DELETE /PID does it; with --no-replace it does not, and one process less is wanted. Returns when it has ended.';
  static override examples = ['<%= config.bin %> process:stop dummy.1', '<%= config.bin %> process:stop shop:web.1 --no-replace --json'];
  static override args = { name: Args.string({ description: PROCESS_WORD, required: true, ignoreStdin: true }) };
  static override flags = {
    ...connectFlags,
    replace: Flags.boolean({ description: 'start another one in its place (the default)', allowNo: true, default: true }),
    json: Flags.boolean({ description: 'print {"pid", "ok": true}' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(ProcessStop);
    const pid = await atNode(flags, async (connection) => {
      const found = await findProcess(connection, args.name);
      await connection.node.stopProcess(found, { replace: flags.replace });
      return found;
    });
    tell(flags.json, { pid, ok: true }, ['ok']);
  }
}
