import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { GafferError } from '../../../errors.ts';
import { formatJobName } from '../../../job/name.ts';
import { commitEnv } from '../../commit-env.ts';
import { projectFlags } from '../../flags.ts';
import { nodeFlags } from '../../node-options.ts';
import { onNode } from '../../on-node.ts';
import { parseSeconds } from '../../seconds.ts';
import { TargetFinder } from '../../target.ts';

/** `gaffer commit`: starts one process of a loaded job outside supervision. */
export class Commit extends Command {
  static override summary = 'Start one more process of a loaded job, once';
  static override description =
    'The process runs outside supervision: it is not counted, nothing starts it again. It gets the environment of the job, then the .env of this folder, then what -p says. "gaffer run --on-node JOB" is the same.';
  static override examples = ['<%= config.bin %> commit migrate', '<%= config.bin %> commit worker -p QUEUE=mail --graceful-timeout 60'];
  static override args = { job: Args.string({ description: 'the job, as JOB or APP.JOB', required: true, ignoreStdin: true }) };
  static override flags = {
    ...nodeFlags,
    env: projectFlags.env,
    param: Flags.string({ char: 'p', description: 'a variable for this process', helpValue: 'NAME=VALUE', multiple: true, multipleNonGreedy: true }),
    'graceful-timeout': Flags.string({
      char: 't',
      description: "seconds from the stop signal to SIGKILL; without it the job's",
      helpValue: 'SECONDS',
    }),
    'on-node': Flags.boolean({ hidden: true }),
    json: Flags.boolean({ description: 'print {"name", "pid"}' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Commit);
    const timeout = flags['graceful-timeout'];
    const gracefulTimeoutMs = timeout === undefined ? undefined : parseTimeout(timeout);
    await onNode(flags, async (connection) => {
      const { node, app } = connection;
      const finder = new TargetFinder(connection);
      const target = await finder.find(args.job, ['job']);
      if (target === undefined) {
        throw new GafferError(
          'job_not_found',
          `'${/[./]/.test(args.job) ? args.job : `${app}.${args.job}`}' not found${await finder.hint(args.job)}`,
        );
      }
      const env = commitEnv({ ...flags, procfile: undefined }, { params: flags.param ?? [], isOwn: target.job.session === app });
      const pid = await node.commit(target.job, { env, ...(gracefulTimeoutMs !== undefined && { gracefulTimeoutMs }) });
      const name = formatJobName(target.job);
      process.stdout.write(flags.json ? `${JSON.stringify({ name, pid })}\n` : `'${name}': new process ${pid} launched\n`);
    });
  }
}

function parseTimeout(text: string): number {
  try {
    return parseSeconds('--graceful-timeout', text) * 1000;
  } catch (error) {
    throw new GafferError('bad_usage', `invalid graceful timeout value: expected seconds from 0 to 86400, got "${text}"`, { cause: error });
  }
}
