import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { GafferError } from '../../errors.ts';
import { formatJobName } from '../../job/name.ts';
import { MOST_PROCESSES } from '../../job/scale.ts';
import { tell } from '../accounts.ts';
import { findJob } from './names.ts';
import { JOB_WORD } from './naming.ts';
import { atNode, connectFlags } from './place.ts';

/** A command that changes how many processes of a job are wanted. */
export interface ScaleBy {
  readonly op: '+' | '-';
  readonly summary: string;
  readonly description: string;
  /** Command lines, without the program's name. */
  readonly examples: readonly string[];
}

/** Makes a command `NAME N` of it. */
export function scaleCommand({ op, summary, description, examples }: ScaleBy): Command.Class {
  class ScaleByCommand extends Command {
    static override summary = summary;
    static override description = description;
    static override examples = examples.map((line) => `<%= config.bin %> ${line}`);
    static override args = {
      name: Args.string({ description: JOB_WORD, required: true, ignoreStdin: true }),
      number: Args.string({ description: 'by how many (default 1)', ignoreStdin: true, default: '1' }),
    };
    static override flags = { ...connectFlags, json: Flags.boolean({ description: 'print {"name", "numprocesses"}' }) };

    async run(): Promise<void> {
      const { flags, args } = await this.parse(ScaleByCommand);
      const n = numberOf(args.number);
      await atNode(flags, async (connection) => {
        const job = await findJob(connection, args.name);
        const numprocesses = await connection.node.scale(job, { op, n });
        tell(flags.json, { name: formatJobName(job), numprocesses }, [String(numprocesses)]);
      });
    }
  }
  return ScaleByCommand;
}

function numberOf(text: string): number {
  const n = Number(/^\d{1,6}$/.test(text) ? text : Number.NaN);
  if (!(n <= MOST_PROCESSES)) {
    throw new GafferError('bad_usage', `expected a number of processes from 0 to ${MOST_PROCESSES}, got "${text}"`);
  }
  return n;
}
