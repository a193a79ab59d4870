import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { GafferError } from '../../../errors.ts';
import { formatJobName } from '../../../job/name.ts';
import { parseScaleOperand, type ScaleOperand } from '../../../job/scale.ts';
import { tell } from '../../accounts.ts';
import { findJob } from '../names.ts';
import { JOB_WORD } from '../naming.ts';
import { atNode, connectFlags } from '../place.ts';

/** `gafferctl scale`: changes how many processes of a job are wanted. */
export class Scale extends Command {
  static override summary = 'Change how many processes of a job are wanted';
  static override description = 'Prints how many that are now. =N sets, +N adds, -N takes away. Of a job that does not run only the number changes.';
  static override examples = ['<%= config.bin %> scale dummy =3', '<%= config.bin %> scale shop:web +1 --json', '<%= config.bin %> scale dummy -1'];
  static override args = {
    name: Args.string({ description: JOB_WORD, required: true, ignoreStdin: true }),
    operand: Args.string({ description: 'the change: =N, +N or -N', required: true, ignoreStdin: true }),
  };
  static override flags = { ...connectFlags, json: Flags.boolean({ description: 'print {"name", "numprocesses"}' }) };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Scale);
    const operand = operandOf(args.operand);
    await atNode(flags, async (connection) => {
      const job = await findJob(connection, args.name);
      const numprocesses = await connection.node.scale(job, operand);
      tell(flags.json, { name: formatJobName(job), numprocesses }, [String(numprocesses)]);
    });
  }
}

/** A number alone adds in the API: whoever types it wants to set it. */
function operandOf(text: string): ScaleOperand {
  if (!/^[=+-]\d{1,6}$/.test(text)) {
    const hint = /^\d+$/.test(text) ? `; did you mean "=${text}"?` : '';
    throw new GafferError('bad_usage', `expected a change like =3, +2 or -1, got "${text}"${hint}`);
  }
  return parseScaleOperand(text);
}
