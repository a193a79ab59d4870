import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { formatJobName } from '../../../job/name.ts';
import { tell } from '../../accounts.ts';
import { parseParam } from '../../commit-env.ts';
import { parseSeconds } from '../../seconds.ts';
import { findJob } from '../names.ts';
import { JOB_WORD } from '../naming.ts';
import { atNode, connectFlags } from '../place.ts';

/** `gafferctl commit`: starts one process of a job outside supervision. */
export class Commit extends Command {
  static override summary = 'Start one more process of a job, once';
  static override description = 'Prints its pid. It is not counted, and nothing starts it again.';
  static override examples = ['<%= config.bin %> commit dummy', '<%= config.bin %> commit dummy -p QUEUE=mail --graceful-timeout 60 --json'];
  static override args = { name: Args.string({ description: JOB_WORD, required: true, ignoreStdin: true }) };
  static override flags = {
    ...connectFlags,
    param: Flags.string({ char: 'p', description: 'a variable for this process', helpValue: 'NAME=VALUE', multiple: true, multipleNonGreedy: true }),
    'graceful-timeout': Flags.string({
      char: 't',
      description: "seconds from the stop signal to SIGKILL; without it the job's",
      helpValue: 'SECONDS',
    }),
    json: Flags.boolean({ description: 'print {"name", "pid"}' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Commit);
    const { param = [], 'graceful-timeout': timeout } = flags;
    const env = Object.fromEntries(param.map(parseParam));
    const gracefulTimeoutMs = timeout === undefined ? undefined : parseSeconds('--graceful-timeout', timeout) * 1000;
    await atNode(flags, async (connection) => {
      const job = await findJob(connection, args.name);
      const pid = await connection.node.commit(job, { env, ...(gracefulTimeoutMs !== undefined && { gracefulTimeoutMs }) });
      tell(flags.json, { name: formatJobName(job), pid }, [String(pid)]);
    });
  }
}
